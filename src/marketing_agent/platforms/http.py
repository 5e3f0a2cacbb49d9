"""The HTTP client that calls the platforms: with timeouts, and silent about URLs."""

from __future__ import annotations

import logging
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
"""Seconds: to connect, and for each read, write and wait for a free connection."""


def open_http(transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """Open a client for `Sender`, to be closed; `transport` is the seam of tests."""
    # httpx logs every URL at INFO, and Klaviyo's filters carry addresses in it.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    return httpx.AsyncClient(
        transport=transport,
        timeout=TIMEOUT,
        follow_redirects=False,
        headers={"User-Agent": "marketing-agent"},
        # The client is shared by all merchants, so it keeps no cookie of any.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
    )
