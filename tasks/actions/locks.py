"""Who waits for whom."""

from __future__ import annotations

from accounts.models import User


def lock_account(pk: int) -> None:
    """Let others who lock this account wait until the transaction ends.

    Whoever locks an account and rows of it locks the account first: of two who did it the other way
    round, each would wait for the other.
    """
    User.objects.select_for_update(no_key=True).only("pk").get(pk=pk)
