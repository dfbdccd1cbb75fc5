"""Mutants that change nothing, each with its reason.

A key is the mutant's path, the names around it, and its text before and after, as `--list` prints
them; the list is refused when it names a mutant that is no longer made.
"""

EQUIVALENTS: dict[tuple[str, str, str, str], str] = {}
