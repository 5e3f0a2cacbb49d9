"""What the headers of an answer say about our pace: `RateLimit-*` and `Retry-After`."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from marketing_agent.platforms.limits import Notice

if TYPE_CHECKING:
    import httpx

_LONGEST = 3600.0
"""A mistaken header must not close an account for good."""
_LEADING_NUMBER = re.compile(r"\s*(\d{1,9})(?:\D|$)")


def read_notice(headers: httpx.Headers) -> Notice:
    """Read the three fields, each in whole seconds (Klaviyo's rate limit page).

    `Retry-After` may also be a date (RFC 9110 10.2.3), which is counted from the
    answer's own `Date`.
    """
    remaining = _number(headers.get("ratelimit-remaining"))
    return Notice(
        remaining=None if remaining is None else int(remaining),
        resets_in=_at_most_an_hour(_number(headers.get("ratelimit-reset"))),
        retry_after=_at_most_an_hour(_retry_after(headers)),
    )


def _retry_after(headers: httpx.Headers) -> float | None:
    value = headers.get("retry-after")
    seconds = _number(value)
    if seconds is not None or value is None:
        return seconds
    try:
        until = parsedate_to_datetime(value)
        said = parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (until - said).total_seconds())
    except (ValueError, TypeError):
        return None


def _at_most_an_hour(seconds: float | None) -> float | None:
    return None if seconds is None else min(seconds, _LONGEST)


def _number(value: str | None) -> float | None:
    found = _LEADING_NUMBER.match(value or "")
    return float(found[1]) if found else None
