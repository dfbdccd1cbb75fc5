"""What Schemathesis asks while it tests the API."""

from __future__ import annotations

from itertools import count
from typing import Any

import schemathesis
from schemathesis.core.failures import Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case
from schemathesis.hooks import HookContext
from schemathesis.openapi.checks import RejectedPositiveData

from focusflow.tests.contract.refusals import is_accepted

numbers = count()


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """Let most changes through, which headers drawn at random would stop before they begin.

    Each fourth keeps what was drawn: a version that the row does not have, a key that came before.
    """
    is_spoilt = case.meta is not None and case.meta.is_negative_at(ParameterLocation.HEADER)
    number = next(numbers)
    if is_spoilt or number % 4 == 0:
        return
    for name, value in {"If-Match": "*", "Idempotency-Key": f"key-{number}"}.items():
        if name in case.headers:
            case.headers[name] = value


@schemathesis.hook
def filter_failure(context: HookContext, failure: Failure, case: Case, response: Response) -> bool:
    """Keep a failure unless it is one of the refusals that are listed."""
    if not isinstance(failure, RejectedPositiveData):
        return True
    operation = str(case.operation.definition.raw["operationId"])
    return not is_accepted(operation, response.status_code, response.json())
