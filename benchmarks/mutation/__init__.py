"""Whether the tests notice when a line that decides access is gone: `make mutate-access`."""
