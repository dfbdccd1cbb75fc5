"""The time zone and language in which a request of a signed-in person is read and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone, translation

if TYPE_CHECKING:
    from accounts.models import User


def activate(user: User) -> None:
    """Read naive times and write texts as this person does, until the request ends."""
    timezone.activate(user.zone)
    translation.activate(user.language)
