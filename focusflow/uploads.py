"""How large a form with files may be: no larger than any other body, since nothing takes files."""

from __future__ import annotations

from typing import Any  # Django's streams and headers.

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler


class SmallUploadHandler(MemoryFileUploadHandler):
    """Keeps files in memory, of a body that any body may be as large as.

    Django bounds the fields of a form alone: a file of any size would be written to the disk for
    somebody who is not signed in, before any view has a say.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803  # Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Refuse a body that is too large before any of it is read."""
        if content_length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig
        super().handle_raw_input(input_data, META, content_length, boundary, encoding)
