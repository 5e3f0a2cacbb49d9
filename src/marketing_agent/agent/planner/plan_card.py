"""The plan as screens draw it: every step with its title and how far it is."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.plan import (
    BY_FACT,
    CHANNELS,
    DONE,
    LEFT_OUT,
    METHODS,
    PICK,
    PLAN,
    SKIPPED,
    Step,
    fits,
    next_step,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.turn import Turn

BY_HAND: Final = "by_hand"
"""The step of what only a person can do, in Klaviyo or on the landing page."""
_BY_HAND_OF: Final = ("qr_link", "form_linkage")


class Standing(StrEnum):
    """How far a step is."""

    DONE = "done"
    NOW = "now"
    TO_COME = "to_come"
    SKIPPED = "skipped"


def plan_card(
    turn: Turn, noted: Mapping[str, str], *, is_over: bool = False
) -> list[dict[str, str | None]]:
    """The steps in their order: `name`, `title`, `method` or None, and `state`."""
    now = None if is_over else next_step(noted)
    common = [
        _line(turn, step, _common(step, noted, now))
        for step in PLAN
        if step.of is None and not (step.name == PICK and is_over)
    ]
    methods = [m for m in METHODS if _is_shown(noted, m)]
    return [*common, *(line for m in methods for line in _method(turn, noted, m, now))]


def _common(step: Step, noted: Mapping[str, str], now: Step | None) -> Standing:
    if step == now:
        return Standing.NOW
    if step.name not in noted:
        return Standing.TO_COME if now is not None else Standing.SKIPPED
    by_fact = step.name in CHANNELS and f"{BY_FACT}{step.name}" in noted
    is_skipped = by_fact or noted[step.name] == SKIPPED
    return Standing.SKIPPED if is_skipped else Standing.DONE


def _is_shown(noted: Mapping[str, str], method: str) -> bool:
    chosen = noted.get(PICK) == method or f"{DONE}{method}" in noted
    return chosen or fits(noted, METHODS[method])


def _method(
    turn: Turn, noted: Mapping[str, str], method: str, now: Step | None
) -> list[dict[str, str | None]]:
    outcome = noted.get(f"{DONE}{method}")
    lines = []
    for step in (each for each in PLAN if each.of == method):
        standing = Standing.TO_COME
        if outcome is not None:
            left = outcome == LEFT_OUT
            standing = Standing.SKIPPED if left else Standing.DONE
        elif step == now:
            standing = Standing.NOW
        elif step.name in noted and noted.get(PICK) == method:
            standing = Standing.DONE
        lines.append(_line(turn, step, standing))
    if method in _BY_HAND_OF:
        by_hand = Step(name=BY_HAND, of=method)
        lines.append(_line(turn, by_hand, _by_hand(turn, method, outcome)))
    return lines


def _by_hand(turn: Turn, method: str, outcome: str | None) -> Standing:
    """Open until a live check found nothing wrong any more."""
    if outcome == LEFT_OUT:
        return Standing.SKIPPED
    if outcome is None:
        return Standing.TO_COME
    return Standing.NOW if method in turn.state.by_hand else Standing.DONE


def _line(turn: Turn, step: Step, standing: Standing) -> dict[str, str | None]:
    return {
        "name": step.name,
        "title": turn.say(f"plan.{step.name}"),
        "method": step.of,
        "state": standing.value,
    }
