"""The same change of many tasks at once."""

from __future__ import annotations

from typing import Any, Final, cast  # Bodies hold values of every type.

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from focusflow.api.errors import Conflict, answer_with
from focusflow.api.fields import DayField, InstantField, VisibleRelatedField
from focusflow.api.patterns import LARGEST_ID
from focusflow.api.serializers import StrictSerializer
from focusflow.api.views import ResourceMixin
from tasks import actions
from tasks.actions import MOST_TAGS, MOST_TASKS, Action
from tasks.models import Category, Task
from tasks.models.tag import TAG_LENGTH

answer_with(actions.UnseenError, Conflict)
answer_with(actions.TooManyTagsError, Conflict)

# What each action takes, beside the ids: with a star what it does not need.
MEMBERS: Final[dict[Action, tuple[str, ...]]] = {
    Action.COMPLETE: ("cascade*",),
    Action.REOPEN: (),
    Action.MOVE: ("category",),
    Action.SET_DUE: ("due_date*", "due_day*"),
    Action.SET_PRIORITY: ("priority",),
    Action.TAG: ("tags",),
    Action.UNTAG: ("tags",),
    Action.DELETE: (),
}


class BulkSerializer(StrictSerializer):
    """The tasks, what is done to them, and the values of that alone."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID),
        min_length=1,
        max_length=MOST_TASKS,
        help_text=f"Of the tasks, at most {MOST_TASKS}.",
    )
    action = serializers.ChoiceField(choices=[action.value for action in Action])
    cascade = serializers.BooleanField(
        required=False, help_text="complete: whether subtasks that are open are completed along."
    )
    category = VisibleRelatedField(
        queryset=Category.objects.all(),
        required=False,
        allow_null=True,
        help_text="move: where to; null for no category.",
    )
    due_date = InstantField(
        required=False, allow_null=True, help_text="set_due: an instant; null for none."
    )
    due_day = DayField(required=False, help_text="set_due: a day, in place of due_date.")
    priority = serializers.IntegerField(
        required=False, min_value=0, max_value=9, help_text="set_priority: 0 for none."
    )
    tags = serializers.ListField(
        child=serializers.CharField(max_length=TAG_LENGTH),
        required=False,
        min_length=1,
        max_length=MOST_TAGS,
        help_text="tag, untag: names.",
    )

    def validate(self, attrs: Any) -> Any:
        """Refuse what the action does not take, and ask for what it needs."""
        members = MEMBERS[Action(attrs["action"])]
        taken = {name.rstrip("*") for name in members}
        superfluous = attrs.keys() - taken - {"ids", "action"}
        errors = dict.fromkeys(superfluous, f"{attrs['action']} does not take this: leave it out.")
        errors |= {
            name: f"{attrs['action']} needs this."
            for name in members
            if not name.endswith("*") and name not in attrs
        }
        if "due_date" in taken and len(attrs.keys() & {"due_date", "due_day"}) != 1:
            errors["due_date"] = "Send one of the two: due_date or due_day."
        if errors:
            raise serializers.ValidationError(errors)
        return attrs


class ChangedSerializer(serializers.Serializer[Any]):
    """What was changed."""

    changed = serializers.ListField(
        child=serializers.IntegerField(), help_text="The ids of the tasks that were not so already."
    )


EXAMPLES: Final = [
    OpenApiExample(
        "Tomorrow, all of them",
        {"ids": [1, 2], "action": "set_due", "due_day": "2026-11-25"},
        request_only=True,
    ),
    OpenApiExample(
        "Done, with their subtasks",
        {"ids": [1, 2], "action": "complete", "cascade": True},
        request_only=True,
    ),
]


class BulkViewSet(ResourceMixin, viewsets.GenericViewSet[Task]):
    """Does the same to up to 500 tasks of yours: to all of them, or to none.

    Ids of tasks that are not there, or in the trash, are answered with 409 and listed in `unseen`.
    """

    name = "Tasks in bulk"
    serializer_class = BulkSerializer

    @extend_schema(responses={200: ChangedSerializer}, examples=EXAMPLES)
    def create(self, request: Request, **_: Any) -> Response:
        """Change the tasks."""
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        user, at = cast(User, request.user), timezone.now()
        changed = actions.change_many(
            user=user,
            ids=set(sent.validated_data["ids"]),
            change=change_of(sent.validated_data),
            now=actions.Moment(at, user.local_date(at)),
        )
        return Response({"changed": changed})


def change_of(sent: dict[str, Any]) -> actions.Change:
    """Return the change that was asked for."""
    return actions.Change(
        action=Action(sent["action"]),
        cascade=sent.get("cascade", False),
        category=sent.get("category"),
        due_date=sent.get("due_date"),
        due_day=sent.get("due_day"),
        priority=sent.get("priority", 0),
        tags=tuple(sent.get("tags", ())),
    )
