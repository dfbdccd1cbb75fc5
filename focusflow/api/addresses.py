"""Whose request it is, by network address."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the address that a request came from, as far as it can be trusted.

    Each proxy adds the address it was asked from at the end of X-Forwarded-For, and what stands
    before was sent by whoever asked. With TRUSTED_PROXIES of them the client's is that many from
    the end; without any, or when the header is shorter, it is the address of the connection.
    """
    connection = str(request.META.get("REMOTE_ADDR", ""))
    trusted: int = settings.TRUSTED_PROXIES
    if trusted == 0:
        return connection
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if len(hops) < trusted:
        return connection
    return hops[-trusted].strip() or connection
