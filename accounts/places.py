"""Rows that people put into an order of their own."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from accounts.positions import place_of


def next_place() -> int:
    """Return the place of a row that is made now."""
    return place_of(timezone.now())


class PlacedModel(models.Model):
    """A row with a place in its owner's list (see `accounts.positions`)."""

    position = models.BigIntegerField(default=next_place, db_default=0, editable=False)

    class Meta:
        abstract = True
