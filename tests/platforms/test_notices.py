from __future__ import annotations

import httpx
import pytest

from marketing_agent.platforms.limits import Notice
from marketing_agent.platforms.notices import read_notice


@pytest.mark.parametrize(
    ("headers", "notice"),
    [
        ({}, Notice()),
        (
            {
                "RateLimit-Limit": "750",
                "RateLimit-Remaining": "3",
                "RateLimit-Reset": "41",
            },
            Notice(remaining=3, resets_in=41.0),
        ),
        ({"Retry-After": "12"}, Notice(retry_after=12.0)),
        ({"Retry-After": " 0 "}, Notice(retry_after=0.0)),
        ({"RateLimit-Remaining": "9, 9;w=1"}, Notice(remaining=9)),
        ({"Retry-After": "999999999"}, Notice(retry_after=3600.0)),
        ({"Retry-After": "soon", "RateLimit-Reset": "-1"}, Notice()),
        (
            {
                "Date": "Mon, 23 Nov 2026 03:00:00 GMT",
                "Retry-After": "Mon, 23 Nov 2026 03:00:30 GMT",
            },
            Notice(retry_after=30.0),
        ),
        ({"Retry-After": "Mon, 23 Nov 2026 03:00:30 GMT"}, Notice()),
    ],
)
def test_headers_are_read_or_ignored(headers: dict[str, str], notice: Notice) -> None:
    """Whole seconds and dates are understood; anything else says nothing."""
    assert read_notice(httpx.Headers(headers)) == notice
