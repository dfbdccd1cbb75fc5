"""The base of every resource's serializer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy, deepcopy
from functools import cache, cached_property, partial
from typing import Any, cast  # A body holds values of every type.

from django.core.exceptions import ValidationError as ModelError
from django.db import IntegrityError, models, transaction
from django.http import QueryDict
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.fields import SkipField
from rest_framework.serializers import as_serializer_error
from rest_framework.settings import api_settings

from focusflow.api.fields import (
    ClockField,
    DayField,
    InstantField,
    NumberField,
    ObjectField,
    VisibleRelatedField,
)
from focusflow.api.json_types import complaint
from focusflow.statements import twin

# What the browsable API's forms send beside the fields.
FORM_EXTRAS = frozenset({"csrfmiddlewaretoken"})
READ_ONLY = "This field is read-only: leave it out, or send the stored value."


class StrictSerializer(serializers.Serializer[Any]):
    """Reads a body, by the rules that hold for every one.

    - A field that the resource does not have is refused by name.
    - A value of another JSON type is refused; a form has nothing but text.
    - A read-only field is accepted when it equals the stored value, so that what GET returned
      can be PUT, and refused by name otherwise.
    """

    def to_internal_value(self, data: Any) -> Any:
        """Return the fields' values; raises ValidationError that names each refused field."""
        if isinstance(data, dict):
            self.refuse(data)
        return super().to_internal_value(data)

    def refuse(self, data: dict[str, Any]) -> None:
        """Refuse unknown fields, read-only ones that would change, and values of other types."""
        names = data.keys() - (FORM_EXTRAS if isinstance(data, QueryDict) else set())
        faults = {name: self.fault_of(name, data) for name in sorted(names)}
        errors = {name: [fault] for name, fault in faults.items() if fault}
        if errors:
            raise serializers.ValidationError(errors)

    def fault_of(self, name: str, data: dict[str, Any]) -> ErrorDetail | None:
        """Return what is wrong with a member of the body, before its field reads it."""
        field = self.fields.get(name)
        if field is None:
            return ErrorDetail("This resource has no such field: remove it.", "unwritable")
        if field.read_only:
            return None if self.holds(field, data[name]) else ErrorDetail(READ_ONLY, "unwritable")
        words = None if isinstance(data, QueryDict) else complaint(field, data[name])
        return ErrorDetail(words, "wrong_type") if words else None

    def holds(self, field: serializers.Field[Any, Any, Any, Any], value: Any) -> bool:
        """Say whether a read-only field's stored value is this one."""
        if self.instance is None:
            return False
        try:
            stored = field.get_attribute(self.instance)
        except SkipField:
            return False
        return cast(bool, (None if stored is None else field.to_representation(stored)) == value)


class EmptySerializer(StrictSerializer):
    """Nothing."""


class ResourceSerializer(StrictSerializer, serializers.ModelSerializer[Any]):
    """Reads and writes one row, by the rules that hold for every resource.

    - What the model's constraints refuse is answered with 400.
    - A change writes the fields that differ, and no others.
    """

    # As it would be after the change; there once the body is valid.
    row: models.Model

    serializer_related_field = VisibleRelatedField
    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {
        models.DateField: DayField,
        models.DateTimeField: InstantField,
        models.DecimalField: NumberField,
        models.JSONField: ObjectField,
        models.TimeField: ClockField,
    }

    def get_fields(self) -> dict[str, Any]:
        """Return copies of the fields, which are made of the model's columns once."""
        return {name: copy_of() for name, copy_of in own_fields(type(self)).items()}

    def get_validators(self) -> list[Any]:
        """Return what the model asks of several columns together, found once."""
        return own_validators(type(self))

    def validate(self, attrs: Any) -> Any:
        """Check the row as a whole, as it would be after the change; return what it made of it."""
        self.row = row = self.candidate(attrs)
        row.clean()
        return {name: getattr(row, name) for name in attrs}

    def save(self, **kwargs: Any) -> Any:
        """Write the row; raises ValidationError where the model's constraints refuse it."""
        with self.explaining():
            return super().save(**kwargs)

    @contextmanager
    def explaining(self) -> Iterator[None]:
        """Say which constraints the row breaks where the database, or an action, refuses it.

        Rejected: asking each constraint before, which is a query each for what the database checks
        anyway, and cannot see what somebody else writes meanwhile.
        """
        try:
            with transaction.atomic():
                yield
        except (IntegrityError, ModelError):
            if errors := self.broken_constraints():
                raise serializers.ValidationError(as_serializer_error(ModelError(errors))) from None
            raise

    def broken_constraints(self) -> dict[str, list[ModelError]]:
        """Return what the model's constraints say of the row, by the fields that they speak of."""
        row = self.row
        errors: dict[str, list[ModelError]] = {}
        for constraint in row._meta.constraints:
            try:
                constraint.validate(type(row), row)
            except ModelError as error:
                errors.setdefault(self.blamed(constraint), []).append(error)
        return errors

    def candidate(self, attrs: dict[str, Any]) -> models.Model:
        """Return a copy of the row with the change applied, not to be saved."""
        row: models.Model = copy(self.instance) if self.instance else self.model(**self.owner())
        for name, value in attrs.items():
            setattr(row, name, value)
        return row

    def blamed(self, constraint: models.BaseConstraint) -> str:
        """Return the one writable field that a constraint speaks of, or the key of the whole."""
        names = {name for field in fields_of(constraint) for name in self.sources(field)}
        return names.pop() if len(names) == 1 else api_settings.NON_FIELD_ERRORS_KEY

    def sources(self, field: str) -> frozenset[str]:
        """Return the writable fields of which a column is made: itself, if it is one."""
        if field in self._writable_names:
            return frozenset({field})
        made_of: frozenset[str] = getattr(self.model, "derived_from", {}).get(field, frozenset())
        return made_of & self._writable_names

    @cached_property
    def _writable_names(self) -> frozenset[str]:
        return frozenset(str(field.field_name) for field in self._writable_fields)

    @property
    def model(self) -> type[models.Model]:
        """The model of the rows."""
        return cast(type[models.Model], self.Meta.model)

    def owner(self) -> dict[str, Any]:
        """Return what a new row takes from the request and never from the body."""
        return {"user": self.context["request"].user}

    def create(self, validated_data: Any) -> Any:
        """Write a new row for the signed-in person."""
        return self.model._default_manager.create(**validated_data, **self.owner())

    def update(self, instance: Any, validated_data: Any) -> Any:
        """Write the fields that differ."""
        instance.change(**validated_data)
        return instance


@cache
def own_fields(serializer_class: Any) -> dict[str, Callable[[], Any]]:
    """Return what gives the fields of a serializer of rows, bound to none, by their names.

    Copies are shallow: a field that is bound gets attributes, and changes none of them. But a field
    inside of another knows which one that is.
    """
    fields = super(ResourceSerializer, serializer_class()).get_fields()
    return {
        name: partial(deepcopy if has_inner(one) else twin, one) for name, one in fields.items()
    }


def has_inner(field: serializers.Field[Any, Any, Any, Any]) -> bool:
    """Say whether there are fields inside of a field."""
    return any(hasattr(field, name) for name in ("child", "child_relation", "fields"))


@cache
def own_validators(serializer_class: Any) -> list[Any]:
    """Return the validators of a serializer of rows, which keep nothing of a request."""
    found: list[Any] = super(ResourceSerializer, serializer_class()).get_validators()
    return found


def fields_of(constraint: models.BaseConstraint) -> set[str]:
    """Return the names of the model's fields that a constraint reads."""
    if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
        return set(constraint.fields)
    condition = getattr(constraint, "condition", None)
    expressions = [condition] if condition is not None else getattr(constraint, "expressions", ())
    return {name.partition("__")[0] for expression in expressions for name in names_in(expression)}


def names_in(expression: Any) -> set[str]:
    """Return the names of fields, with their lookups, in a Q or an expression."""
    if isinstance(expression, models.Q):
        return set().union(*(names_in(child) for child in expression.children))
    if isinstance(expression, tuple):
        return {expression[0]}
    return {str(vars(part)["name"]) for part in expression.flatten() if isinstance(part, models.F)}
