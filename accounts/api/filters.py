"""Filters of the lists of accounts, tokens and events."""

from django_filters import rest_framework as filters

from accounts.history import kind_of
from accounts.models import ApiToken, Event, Invitation, User
from accounts.querysets import UserQuerySet
from accounts.versioning import recorded_models
from focusflow.api.filters import IdFilter, ResourceFilterSet, StrictFilterSet, TextFilter


class UserFilterSet(StrictFilterSet):
    """Filters of accounts."""

    email = TextFilter("email", "iexact", label="With this e-mail address")
    search = TextFilter(method="filter_search", label="Holds this text in address or name")

    class Meta:
        model = User
        fields = ("is_active",)

    def filter_search(self, queryset: UserQuerySet, name: str, value: str) -> UserQuerySet:
        """Keep the accounts that hold the text."""
        return queryset.search(value)


class InvitationFilterSet(StrictFilterSet):
    """Filters of invitations."""

    email = filters.CharFilter("email", "iexact", label="For this e-mail address")

    class Meta:
        model = Invitation
        fields = ()


class ApiTokenFilterSet(ResourceFilterSet):
    """Filters of tokens."""

    class Meta:
        model = ApiToken
        fields = ("scope",)


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds of rows that have a history."""
    return [(kind, kind) for kind in sorted(map(kind_of, recorded_models()))]


class EventFilterSet(StrictFilterSet):
    """Filters of events."""

    kind = filters.ChoiceFilter(choices=kind_choices, label="Of rows of this kind")
    row_id = IdFilter(label="Of the row with this id (say its kind too)")

    class Meta:
        model = Event
        fields = ("action", "interface")
