"""Which JSON type each field takes.

DRF takes what comes near: 0 for "0", "yes" for true. A program that sends one for the other has a
mistake in it, which is better refused than guessed at, and the OpenAPI document names one type.
"""

from __future__ import annotations

from typing import Any  # A body holds values of every type.

from rest_framework import serializers

# By the first class that a field is of.
TYPES: tuple[tuple[type[serializers.Field[Any, Any, Any, Any]], type], ...] = (
    (serializers.BooleanField, bool),
    (serializers.IntegerField, int),
    (serializers.DecimalField, float),
    (serializers.PrimaryKeyRelatedField, int),
    (serializers.CharField, str),
    (serializers.UUIDField, str),
    (serializers.DateTimeField, str),
    (serializers.DateField, str),
    (serializers.TimeField, str),
    (serializers.ListField, list),
)
NAMES = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a string",
    list: "a list",
}


def complaint(field: serializers.Field[Any, Any, Any, Any], value: Any) -> str | None:
    """Return what to send instead of a value of another type; None where the type is right."""
    # Whether null is one of its values, the field knows.
    allowed = types_of(field)
    if value is None or not allowed:
        return None
    kind = type_of(value)
    if kind in allowed or (kind is int and float in allowed):
        return complaint_of_items(field, value)
    return f"Send {' or '.join(NAMES[kind] for kind in sorted(allowed, key=str))}."


def complaint_of_items(field: serializers.Field[Any, Any, Any, Any], value: Any) -> str | None:
    """Return what to send instead of items of another type; None where value is no list."""
    if not isinstance(field, serializers.ListField):
        return None
    complaints = (complaint(field.child, item) for item in value)
    words = next(filter(None, complaints), None)
    return words and f"{words[:-1]} as each item of the list."


def types_of(field: serializers.Field[Any, Any, Any, Any]) -> set[type]:
    """Return the types that a field takes; none where it decides itself."""
    if isinstance(field, serializers.ChoiceField):
        return {type(choice) for choice in field.choices}
    return {kind for field_class, kind in TYPES if isinstance(field, field_class)}


def type_of(value: Any) -> type:
    """Return the type of a JSON value; a number without a fraction is whole, however written."""
    return int if isinstance(value, float) and value.is_integer() else type(value)
