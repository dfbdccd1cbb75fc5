"""Where allauth counts failed sign-ins, codes and resets: in a table, by Django's cache interface.

Django's own database cache drops rows that still hold once there are too many, which whoever
wants to be forgotten can bring about; this one drops what has expired only. The keys are digests,
since they are made of addresses.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any  # Counts are JSON, and Django's interface takes every type.

from django.conf import settings
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

# Far enough, and within what every database holds.
NEVER = datetime(9000, 1, 1, tzinfo=UTC)
# How the key begins by which allauth remembers that a code was used.
USED_CODE = "allauth.mfa.totp.used?"


class LimitCache(BaseCache):
    """A cache whose entries stay until they expire; its values are JSON."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(
        self,
        key: Any,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        """Store a value unless there is one; of several at once, one stores."""
        at = timezone.now()
        if timeout is not None and str(key).startswith(USED_CODE):
            # allauth forgets a code after one step, but takes it for those of the tolerance too.
            timeout *= 1 + 2 * settings.MFA_TOTP_TOLERANCE
        fields = {"value": value, "expires_at": self.expiry(at, timeout)}
        if self.rows(key, version).expired(at).update(**fields):  # type: ignore[attr-defined]  # ours
            return True
        try:
            # Not get_or_create: who holds the key may let go of it before the row is read again.
            with transaction.atomic():
                self.table().create(key=self.digest(key, version), **fields)
        except IntegrityError:
            return False
        return True

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return the value that holds now."""
        row = self.rows(key, version).holding(timezone.now()).first()  # type: ignore[attr-defined]
        return default if row is None else row.value

    def set(
        self,
        key: Any,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        """Store a value, whatever there was."""
        fields = {"value": value, "expires_at": self.expiry(timezone.now(), timeout)}
        table = self.table()
        # One statement: of several at once none fails, and the last stays.
        table.bulk_create(
            [table.model(key=self.digest(key, version), **fields)],
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=list(fields),
        )

    def touch(
        self,
        key: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        """Let a value hold for longer, if it still does."""
        at = timezone.now()
        rows = self.rows(key, version).holding(at)  # type: ignore[attr-defined]  # ours
        return bool(rows.update(expires_at=self.expiry(at, timeout)))

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Remove a value; say whether there was one."""
        return bool(self.rows(key, version).delete()[0])

    def clear(self) -> None:
        """Remove all values."""
        self.table().delete()

    def rows(self, key: Any, version: int | None) -> QuerySet[Any]:
        """Return the row of a key, if there is one."""
        return self.table().filter(key=self.digest(key, version))

    def table(self) -> QuerySet[Any]:
        """Return all rows. The model is loaded after the cache is configured."""
        from accounts.models import Limit

        return Limit.objects.all()

    def digest(self, key: Any, version: int | None) -> str:
        """Return what names a key in the table."""
        return hashlib.sha256(self.make_key(key, version).encode()).hexdigest()

    def expiry(self, at: datetime, timeout: float | None) -> datetime:
        """Return the instant until which a value holds."""
        if timeout == DEFAULT_TIMEOUT:
            timeout = self.default_timeout
        return NEVER if timeout is None else at + timedelta(seconds=timeout)
