"""System checks of what signs and limits accounts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, register

SHORTEST_KEY = 32


@register(deploy=False)
def check_token_key(**_: Any) -> list[Error]:
    """Refuse a key of access tokens that is shorter than the hash it feeds (RFC 7518, 3.2)."""
    if len(settings.HEADLESS_JWT_PRIVATE_KEY.encode()) >= SHORTEST_KEY:
        return []
    return [
        Error(
            f"JWT_SIGNING_KEY is shorter than {SHORTEST_KEY} bytes.",
            hint="Set a longer random one, or leave it empty: one is derived from SECRET_KEY.",
            id="accounts.E001",
        )
    ]


@register(deploy=True)
def check_mail(**_: Any) -> list[CheckMessage]:
    """Say what follows from there being no mail server."""
    if settings.MAILERS:
        return []
    return [
        Info(
            "There is no mail server: addresses are not verified, and nobody can ask for a new "
            "password by mail.",
            hint="Set EMAIL_URL; or hand out the links of `manage.py invite` and "
            "`manage.py reset_link`, which the admin makes too.",
            id="accounts.I001",
        )
    ]
