"""Answers: JSON by orjson, and the browsable API around the same JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # Rows hold values of every type.

import orjson
from rest_framework import renderers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request


class JSONRenderer(renderers.JSONRenderer):
    """JSON in UTF-8; instants in UTC with a Z, UUIDs in their hyphenated form."""

    options = orjson.OPT_UTC_Z

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the body; nothing for an answer without one."""
        if data is None:
            return b""
        indent = self.get_indent(accepted_media_type or "", dict(renderer_context or {}))
        options = self.options | (orjson.OPT_INDENT_2 if indent else 0)
        return orjson.dumps(data, default=str, option=options)


class BrowsableAPIRenderer(renderers.BrowsableAPIRenderer):
    """A page for each resource, with forms for what the signed-in person may do."""

    def get_default_renderer(self, view: Any) -> renderers.BaseRenderer:
        """Show the page's content as the JSON that programs get."""
        return JSONRenderer()


class Negotiation(DefaultContentNegotiation):
    """Chooses between these two: as DRF does, but at once for programs, which name one form."""

    def select_renderer(
        self,
        request: Request,
        renderers: Any,
        format_suffix: str | None = None,
    ) -> Any:
        """Return the renderer, and what the answer is."""
        first = renderers[0]
        if request.META.get("HTTP_ACCEPT", "*/*") in {first.media_type, "*/*"}:
            return first, first.media_type
        return super().select_renderer(request, renderers, format_suffix)
