"""Accounts and their tokens in the admin, and the base of the admin of owned rows."""

from accounts.admin.accounts import last_of
from accounts.admin.owned import OwnedAdmin, OwnedForm

__all__ = ["OwnedAdmin", "OwnedForm", "last_of"]
