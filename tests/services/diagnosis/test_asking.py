"""Whatever a platform does is an answer, and none is waited for without end."""

from __future__ import annotations

import asyncio

import pytest

from marketing_agent.core.diagnosis.evidence import Answer
from marketing_agent.core.errors import (
    CredentialsRefused,
    DatabaseUnavailable,
    PlatformAnswerUnreadable,
    PlatformNotFound,
    PlatformRefused,
    PlatformThrottled,
    PlatformUnreachable,
    SetupMissing,
)
from marketing_agent.services.diagnosis.asking import ask
from marketing_agent.storage.vault import Unsealable

KNOWN = {"platform": "Klaviyo", "call": "get_form", "status": 403, "detail": "no"}


@pytest.mark.parametrize(
    ("error", "answer", "says"),
    [
        (SetupMissing(what="Klaviyo", fix=""), Answer.NOT_CONNECTED, "not set up"),
        (CredentialsRefused(**KNOWN), Answer.NO, "does not accept"),
        (PlatformNotFound(**KNOWN), Answer.NOT_THERE, "does not know"),
        (PlatformRefused(**KNOWN), Answer.SILENT, "refused get_form"),
        (PlatformUnreachable(**KNOWN), Answer.SILENT, "could not be reached"),
        (PlatformAnswerUnreadable(**KNOWN), Answer.SILENT, "cannot be read"),
        (PlatformThrottled(**KNOWN, retry_after=9), Answer.SILENT, "wait 9 s"),
        (Unsealable(), Answer.NO, "DATA_KEY"),
    ],
)
async def test_an_error_is_an_answer(
    error: Exception, answer: Answer, says: str
) -> None:
    """Each kind tells something else, in its own words."""

    async def question() -> str:
        raise error

    asked, came = await ask(question())
    assert (asked.answer, came) == (answer, None)
    assert says in asked.says


async def test_what_a_platform_answers_is_handed_on() -> None:
    """With the answer yes."""

    async def question() -> str:
        return "here"

    asked, came = await ask(question())
    assert (asked.answer, came) == (Answer.YES, "here")


async def test_a_platform_that_hangs_is_left() -> None:
    """No answer within the time is no proof of anything."""
    asked, came = await ask(asyncio.Event().wait(), seconds=0.01)
    assert (asked.answer, came) == (Answer.SILENT, None)
    assert "within a few seconds" in asked.says


async def test_our_own_trouble_is_nobodys_answer() -> None:
    """A database that is down does not make Klaviyo unconnected."""

    async def question() -> str:
        raise DatabaseUnavailable(where="here", detail="down")

    with pytest.raises(DatabaseUnavailable):
        await ask(question())
