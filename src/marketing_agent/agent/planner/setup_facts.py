"""What the facts settle for the plan, and the recommendation that rests on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from marketing_agent.agent.planner.plan import BEFORE, BY_FACT, DONE, METHODS
from marketing_agent.agent.planner.telling import recommendation
from marketing_agent.agent.planner.telling.told import block_of
from marketing_agent.services.recommending import Fit
from marketing_agent.toolbox.recommendation_blocks import MethodRecommendation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.turn import Turn

_ARGUMENTS: Final = {"email": "sends_emails", "form": "has_form", "ids": "stored_ids"}
_READ_BY: Final = "recommend_methods"


def operations(noted: Mapping[str, str]) -> dict[str, Any]:
    """What was told about the shop, as arguments of the recommendation."""
    return {
        _ARGUMENTS[channel]: noted[channel] == "yes"
        for channel in _ARGUMENTS
        if noted.get(channel) in {"yes", "no"}
    }


def found(
    turn: Turn, noted: Mapping[str, str], came: Came
) -> tuple[dict[str, str], str]:
    """The notes with what the facts settle, and the counts in words.

    Raises Pydantic's ValidationError for a block of another shape.
    """
    block = block_of(MethodRecommendation, came)
    now = dict(noted)
    for advice in block.methods:
        channel = METHODS.get(advice.method.value)
        if channel is None:
            continue
        if advice.is_set_up:
            now.setdefault(f"{DONE}{advice.method.value}", BEFORE)
        if channel not in now and advice.fit is not Fit.ASK:
            now |= {channel: advice.fit.value, f"{BY_FACT}{channel}": "yes"}
    return now, recommendation.counts(turn, block)


def recommended(turn: Turn, noted: Mapping[str, str]) -> str:
    """The combination that fits, each method with what speaks for it."""
    came = turn.state.results.get(_READ_BY)
    if came is None:
        return turn.say("setup.auto_link")
    try:
        block = block_of(MethodRecommendation, came)
    except ValidationError:
        return turn.say("setup.auto_link")
    told = {channel: noted[channel] for channel in METHODS.values() if channel in noted}
    return recommendation.combination(turn, block, told)
