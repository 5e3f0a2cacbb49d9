"""The one place that asks a model again: short, and only before it said anything."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable  # noqa: TC003 - Pydantic reads them
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from marketing_agent.agent.models import ModelThrottled, ModelUnreachable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

T = TypeVar("T")

PASSING: Final = (ModelUnreachable, ModelThrottled)
"""Errors that another try may not meet: no connection, 5xx, 429."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often to ask again and how long to wait before it; times in seconds."""

    extra_tries: int = 2
    first_pause: float = 0.5
    """Before the second try, doubled for each later one."""
    longest_pause: float = 10.0
    """A server that asks for a longer one is not asked again."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def pause(self, error: ModelUnreachable | ModelThrottled, tries: int) -> float:
        """Seconds to wait after this many tries: what the server asked for, or ours."""
        asked = error.facts.get("asked")
        if isinstance(asked, float):
            return asked
        return min(self.first_pause * 2.0 ** (tries - 1), self.longest_pause)


DEFAULT_PATIENCE: Final = Patience()


async def with_patience(
    attempt: Callable[[], AsyncGenerator[T, None]],
    patience: Patience = DEFAULT_PATIENCE,
) -> AsyncGenerator[T, None]:
    """Give what an attempt gives; repeat it if it fails in passing before giving any.

    Raises what the last attempt raised.
    """
    tries, given = 1, False
    while True:
        try:
            async with aclosing(attempt()) as items:
                async for item in items:
                    given = True
                    yield item
                return
        except PASSING as error:
            pause = patience.pause(error, tries)
            enough = given or tries > patience.extra_tries
            if enough or pause > patience.longest_pause:
                raise
        await patience.sleep(pause)
        tries += 1
