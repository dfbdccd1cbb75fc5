"""Sessions that end for good: a month after their sign-in, however much they are used."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any  # What Django's store takes by name.

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

# When somebody signed in, in seconds since 1970: a session holds JSON.
SIGNED_IN_AT = "signed_in_at"


class SessionStore(DatabaseStore):
    """A session whose every write would move its end, if Django's expiry alone decided."""

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        """Return when the session ends: Django's answer, or a month after the sign-in."""
        expiry: datetime = super().get_expiry_date(**kwargs)
        at = self.get(SIGNED_IN_AT)
        if at is None:
            return expiry
        return min(expiry, datetime.fromtimestamp(at + settings.SESSION_COOKIE_AGE, UTC))

    def get_expiry_age(self, **kwargs: Any) -> int:
        """Return in how many seconds the session, and its cookie, ends."""
        left = self.get_expiry_date(**kwargs) - datetime.now(UTC)
        return max(int(left.total_seconds()), 0)
