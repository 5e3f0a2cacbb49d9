"""The built-in guided planner: a chat model without a language model.

What it does follows from the messages alone: a state replayed from them, a fixed plan
for setting up, typed slots, and a small classifier for what a sentence means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.agent.planner.chat_model import GuidedPlanner
from marketing_agent.agent.planner.moments import moment_examples
from marketing_agent.agent.planner.planner import Planner
from marketing_agent.agent.planner.texts import wordings
from marketing_agent.services.help_text import help_text
from marketing_agent.services.sentence_vectors import sentence_vectors
from marketing_agent.toolbox.pages import tool_pages

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


def built_in_planner() -> BaseChatModel:
    """The planner over the program's pages; make it once.

    Raises BrokenPage, BrokenMoment, BrokenWording and BrokenHelp.
    """
    planner = Planner(
        tool_pages(),
        moment_examples(),
        wordings(),
        help_text().topics,
        sentence_vectors(),
    )
    return GuidedPlanner(planner=planner)
