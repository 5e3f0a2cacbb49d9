"""One live question to a platform, whatever becomes of it, within a few seconds."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, TypeVar

from marketing_agent.core.diagnosis.evidence import Answer, Asked
from marketing_agent.core.errors import (
    CredentialsRefused,
    DatabaseUnavailable,
    PlatformError,
    PlatformNotFound,
    SetupMissing,
)
from marketing_agent.storage.vault import Unsealable

if TYPE_CHECKING:
    from collections.abc import Awaitable

T = TypeVar("T")
LONGEST: Final = 6.0
"""Seconds for a question; somebody is waiting for the diagnosis."""


async def ask(
    question: Awaitable[T], *, seconds: float = LONGEST
) -> tuple[Asked, T | None]:
    """The answer, and what came with it; a platform's error is an answer too.

    Raises DatabaseUnavailable: our own trouble is nobody's answer.
    """
    try:
        async with asyncio.timeout(seconds):
            return Asked(answer=Answer.YES), await question
    except TimeoutError:
        says = "There was no answer within a few seconds."
        return Asked(answer=Answer.SILENT, says=says), None
    except DatabaseUnavailable:
        raise
    except SetupMissing as missing:
        return Asked(answer=Answer.NOT_CONNECTED, says=missing.message.strip()), None
    except CredentialsRefused as refused:
        return Asked(answer=Answer.NO, says=refused.message), None
    except PlatformNotFound as unknown:
        return Asked(answer=Answer.NOT_THERE, says=unknown.message), None
    except PlatformError as error:
        return Asked(answer=Answer.SILENT, says=error.message), None
    except Unsealable:
        says = "The stored credentials do not open with this installation's DATA_KEY."
        return Asked(answer=Answer.NO, says=says), None
