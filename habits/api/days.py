"""Which day it is for whoever asks."""

from __future__ import annotations

from datetime import date
from typing import cast

from django.utils import timezone
from rest_framework.request import Request

from accounts.models import User


def today_of(request: Request) -> date:
    """Return the day of the signed-in person, which may start at 3 in the morning."""
    return cast(User, request.user).local_date(timezone.now())
