"""Why a run failed, in the language of its conversation."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from marketing_agent.agent.card_words import language_of
from marketing_agent.agent.memory import configured
from marketing_agent.agent.planner.language import ENGLISH, language_after
from marketing_agent.agent.planner.phrase_book import phrase_book
from marketing_agent.agent.transcript import messages_in

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

    from marketing_agent.agent.calling import Calling
    from marketing_agent.core.callers import Caller
    from marketing_agent.core.errors import MarketingAgentError


def message_in(language: str, error: MarketingAgentError) -> str:
    """The error's sentence; what a platform said in it stays as it came."""
    return phrase_book().said(error.message, language)


async def language_of_run(
    loop: CompiledStateGraph[Any, Calling, Any, Any],
    caller: Caller,
    thread_id: str,
    said: str | None,
) -> str:
    """That of what was said last; of its words alone if the memory cannot be read."""
    before = ENGLISH
    # Whatever made the run fail may make this fail as well.
    with suppress(Exception):
        state = await loop.aget_state(configured(caller.merchant_id, thread_id))
        before = language_of(messages_in(state))
    return language_after(said or "", before)
