"""Who waits for whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.models import F

from accounts.models import User
from focusflow.statements import Among, IdsSlot, Statement

ACCOUNTS: Final = Statement(
    User.objects.select_for_update(no_key=True)
    .filter(Among(F("pk"), IdsSlot("ids")))
    .order_by("pk")
    .values_list("pk")
)


def lock_account(pk: int) -> None:
    """Let others who lock this account wait until the transaction ends.

    Whoever locks an account and rows of it locks the account first: of two who did it the other way
    round, each would wait for the other.
    """
    if not ACCOUNTS.run({"ids": [pk]}):
        raise User.DoesNotExist


def lock_accounts(pks: Iterable[int]) -> None:
    """Lock accounts as `lock_account` does, all in one order; those that are gone are none."""
    ACCOUNTS.run({"ids": {*pks}})
