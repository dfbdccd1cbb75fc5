"""What every siege uses."""

import pytest

from focusflow.tests.hostile.siege import Siege


@pytest.fixture
def client() -> Siege:
    """Return a client that tells what crashed instead of crashing."""
    return Siege()
