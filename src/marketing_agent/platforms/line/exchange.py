"""One request to LINE's API and its answer: refusals and JSON, for all its clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import httpx

from marketing_agent.core.errors import (
    CredentialsRefused,
    PlatformAnswerUnreadable,
    PlatformError,
    PlatformNotFound,
    PlatformRefused,
)
from marketing_agent.platforms.json_values import JsonObject, read_object
from marketing_agent.platforms.limits import Quota, Tier
from marketing_agent.platforms.line.wire import Refusal, read_refusal
from marketing_agent.platforms.refusals import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from marketing_agent.platforms.sender import Call

PLATFORM = "LINE"

LOGIN_TIER = Tier(name="line-login")
"""Its limits are not disclosed: a 429 tells."""
MESSAGING_TIER = Tier(name="line-messaging", quotas=(Quota(calls=2000, seconds=1.0),))
WEBHOOK_TIER = Tier(name="line-webhook", quotas=(Quota(calls=1000, seconds=60.0),))
WEBHOOK_TEST_TIER = Tier(
    name="line-webhook-test", quotas=(Quota(calls=60, seconds=3600.0),)
)
"""Per channel and endpoint (Messaging API reference, "Rate limits")."""

AnswerT = TypeVar("AnswerT")


def accepted(
    call: Call, answer: httpx.Response, read: Callable[[JsonObject], AnswerT | None]
) -> AnswerT:
    """Give what `read` finds in a 2xx answer; raise what another answer means."""
    if not answer.is_success:
        raise refusal(call, answer)
    found = read(read_object(answer.content) or {})
    if found is None:
        raise PlatformAnswerUnreadable(
            platform=PLATFORM, call=call.name, detail="not what its reference describes"
        )
    return found


def said(answer: httpx.Response) -> Refusal | None:
    """LINE's own words in an answer that is no success; None where it has none."""
    return read_refusal(read_object(answer.content) or {})


def says_not_found(answer: httpx.Response) -> bool:
    """Say whether a 404 is LINE's own: a proxy's proves nothing about a friend."""
    return answer.status_code == httpx.codes.NOT_FOUND and said(answer) is not None


def refusal(
    call: Call, answer: httpx.Response, *, kind: type[PlatformError] | None = None
) -> PlatformError:
    """Tell what an answer that is no success means, with LINE's id of the request.

    `kind` says it where the call makes the meaning clear.
    """
    reason = said(answer)
    if reason is None:
        return PlatformAnswerUnreadable(
            platform=PLATFORM,
            call=call.name,
            detail=f"status {answer.status_code} without a reason",
        )
    return (kind or _kind(answer.status_code, reason))(
        platform=PLATFORM,
        call=call.name,
        status=answer.status_code,
        code=reason.code,
        detail=shown(reason.detail),
        request_id=answer.headers.get("x-line-request-id"),
    )


def _kind(status: int, reason: Refusal) -> type[PlatformRefused]:
    if status == httpx.codes.UNAUTHORIZED or reason.code == "invalid_client":
        return CredentialsRefused
    if status == httpx.codes.NOT_FOUND:
        return PlatformNotFound
    return PlatformRefused
