"""Quick add: a line of text as a task."""

from __future__ import annotations

from typing import Any, cast  # Bodies hold values of every type.

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from focusflow.api.fields import InstantField
from focusflow.api.serializers import StrictSerializer
from focusflow.api.views import ResourceMixin
from tasks import actions
from tasks.actions.quick_add import TEXT_LENGTH
from tasks.api.serializers import TaskSerializer
from tasks.models import Task
from tasks.quick_add import Kind, Problem
from tasks.recurrence import describe

MOST_SPANS = 100


class QuickAddSerializer(StrictSerializer):
    """A line of text."""

    text = serializers.CharField(
        max_length=TEXT_LENGTH,
        # Spans count from its very beginning.
        trim_whitespace=False,
        help_text="In English, whatever your language is.",
    )
    ignore = serializers.ListField(
        child=serializers.ListField(
            child=serializers.IntegerField(min_value=0, max_value=TEXT_LENGTH),
            min_length=2,
            max_length=2,
        ),
        max_length=MOST_SPANS,
        default=list,
        help_text="Spans that stay in the title, as the answer names them: pairs of a start and "
        "the end behind it, in Unicode code points.",
    )
    create_category = serializers.BooleanField(
        default=False, help_text="Whether a category that you do not have yet is made."
    )


class SpanSerializer(serializers.Serializer[Any]):
    """A part of the text, and what it was read as."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in Kind])
    start = serializers.IntegerField()
    end = serializers.IntegerField()


class ReportSerializer(serializers.Serializer[Any]):
    """A part of the text that stays in the title, and why."""

    problem = serializers.ChoiceField(
        choices=[problem.value for problem in (*Problem, *actions.NameProblem)]
    )
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    detail = serializers.CharField()


class PreviewSerializer(serializers.Serializer[Any]):
    """What a line of text says."""

    title = serializers.CharField()
    description = serializers.CharField()
    due_date = InstantField(allow_null=True)
    due_day = serializers.DateField(allow_null=True)
    all_day = serializers.BooleanField()
    rrule = serializers.CharField()
    repeats = serializers.CharField(help_text="The series in words; empty for none.")
    priority = serializers.IntegerField()
    category = serializers.IntegerField(allow_null=True)
    new_category = serializers.CharField(help_text="The name of one that would be made, or empty.")
    tags = serializers.ListField(child=serializers.CharField())
    estimate_minutes = serializers.IntegerField(allow_null=True)
    spans = SpanSerializer(many=True)
    reports = ReportSerializer(many=True)


class AddedSerializer(serializers.Serializer[Any]):
    """The task that was made, and what of the text was read."""

    task = TaskSerializer()
    spans = SpanSerializer(many=True)
    reports = ReportSerializer(many=True)


EXAMPLE = OpenApiExample(
    "Every other Monday",
    {"text": "Water the plants every other monday at 9am #Garden p2 ~20m"},
    request_only=True,
)


class QuickAddViewSet(ResourceMixin, viewsets.GenericViewSet[Task]):
    """Adds a task that is written as one line, such as “Call Ann tomorrow at 5pm p1 @phone”.

    The words are English; docs/quick-add.md has all of them. What cannot be read stays in the title
    and is reported.
    """

    name = "Quick add"
    serializer_class = QuickAddSerializer

    @extend_schema(responses={201: AddedSerializer}, examples=[EXAMPLE])
    def create(self, request: Request, **_: Any) -> Response:
        """Make the task."""
        arguments = self.arguments()
        try:
            task, reading = actions.quick_add(**arguments)
        except actions.QuickAddError as error:
            raise serializers.ValidationError({"text": str(error)}) from error
        shown = TaskSerializer(task, context=self.get_serializer_context()).data
        return Response(
            {"task": shown, **show_spans(reading), "reports": show_reports(reading)},
            status=201,
            headers={"Location": f"/api/v1/tasks/{task.pk}/"},
        )

    @extend_schema(responses=PreviewSerializer, examples=[EXAMPLE])
    @action(detail=False, methods=["post"])
    def preview(self, request: Request, **_: Any) -> Response:
        """Return what the text says, and make nothing."""
        arguments = self.arguments()
        try:
            reading = actions.read(**arguments)
        except actions.QuickAddError as error:
            raise serializers.ValidationError({"text": str(error)}) from error
        return Response(show(reading))

    def arguments(self) -> dict[str, Any]:
        """Return what was sent, as the action takes it."""
        sent = self.get_serializer(data=self.request.data)
        sent.is_valid(raise_exception=True)
        values = sent.validated_data
        return {
            "user": cast(User, self.request.user),
            "text": values["text"],
            "at": timezone.now(),
            "ignore": [(start, end) for start, end in values["ignore"]],
            "make_category": values["create_category"],
        }


def show(reading: actions.Reading) -> dict[str, Any]:
    """Return what a text says."""
    said = reading.said
    series = said.recurrence
    return {
        "title": said.title,
        "description": said.description,
        "due_date": said.due,
        "due_day": said.due_day,
        "all_day": said.all_day,
        "rrule": series.rrule if series else "",
        "repeats": describe(series) if series else "",
        "priority": said.priority or 0,
        "category": reading.category.pk if reading.category else None,
        "new_category": reading.new_category,
        "tags": list(said.tags),
        "estimate_minutes": said.estimate_minutes,
        **show_spans(reading),
        "reports": show_reports(reading),
    }


def show_spans(reading: actions.Reading) -> dict[str, Any]:
    """Return what was read as what."""
    return {
        "spans": [
            {"kind": span.kind.value, "start": span.start, "end": span.end}
            for span in reading.said.spans
        ]
    }


def show_reports(reading: actions.Reading) -> list[dict[str, Any]]:
    """Return what stays in the title, and why."""
    return [
        {
            "problem": report.problem.value,
            "start": report.start,
            "end": report.end,
            "detail": str(report),
        }
        for report in reading.reports
    ]
