"""Filters of the lists of accounts and tokens."""

from django_filters import rest_framework as filters

from accounts.models import ApiToken, User
from accounts.querysets import UserQuerySet
from focusflow.api.filters import ResourceFilterSet, StrictFilterSet


class UserFilterSet(StrictFilterSet):
    """Filters of accounts."""

    email = filters.CharFilter("email", "iexact", label="With this e-mail address")
    search = filters.CharFilter(method="filter_search", label="Holds this text in address or name")

    class Meta:
        model = User
        fields = ("is_active",)

    def filter_search(self, queryset: UserQuerySet, name: str, value: str) -> UserQuerySet:
        """Keep the accounts that hold the text."""
        return queryset.search(value)


class ApiTokenFilterSet(ResourceFilterSet):
    """Filters of tokens."""

    class Meta:
        model = ApiToken
        fields = ("scope",)
