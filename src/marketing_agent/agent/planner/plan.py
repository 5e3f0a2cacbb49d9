"""The setup plan: named steps in a fixed order, each done once.

Which step is next depends only on what was noted so far; nothing is classified. First
come the facts and the questions that they leave open, then one method after the other,
as the merchant picks them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SETUP: Final = "setup"
CHECK: Final = "check_setup"
FACTS: Final = "read_facts"
RECOMMEND: Final = "recommend"
PICK: Final = "pick"
"""The step at which a method is chosen; noted is which."""
DONE: Final = "done_"
"""Before the name of a method that was led to its end, or left out."""
SKIPPED: Final = "skipped"
"""Noted of a question that was not answered, or not asked."""
LEFT_OUT: Final = "left out"
"""Noted of a step or a method that the merchant did not want."""
BEFORE: Final = "before"
"""Noted of a method that had been set up before."""
BY_FACT: Final = "fact_"
"""Before the name of a question that a fact answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: a tool to call, a question to ask, or words to say."""

    name: str
    calls: str | None = None
    asks: bool = False
    of: str | None = None
    """The method that it belongs to."""


PLAN: Final = (
    Step(name=CHECK, calls="check_setup"),
    Step(name=FACTS, calls="recommend_methods"),
    Step(name="email", asks=True),
    Step(name="form", asks=True),
    Step(name="ids", asks=True),
    Step(name=RECOMMEND),
    Step(name=PICK, asks=True),
    Step(name="create", calls="create_qr_link", of="qr_link"),
    Step(name="try_url", calls="diagnose_linkage", of="qr_link"),
    Step(name="verify", calls="show_qr_links", of="qr_link"),
    Step(name="configure", calls="configure_form_linkage", of="form_linkage"),
    Step(name="try_form", calls="diagnose_linkage", of="form_linkage"),
    Step(name="look", calls="show_form_linkage", of="form_linkage"),
    Step(name="start", calls="start_import", of="import"),
    Step(name="watch", calls="show_import", of="import"),
)

CHANNELS: Final = ("email", "form", "ids")
"""The ways to reach customers that are asked about: at most three questions."""
METHODS: Final = {"qr_link": "email", "form_linkage": "form", "import": "ids"}
"""The methods that can be set up, and the answer that speaks for each."""


def next_step(noted: Mapping[str, str]) -> Step | None:
    """The first step that nothing is noted for; None when the plan is through."""
    return next((step for step in PLAN if _is_open(step, noted)), None)


def _is_open(step: Step, noted: Mapping[str, str]) -> bool:
    return step.name not in noted and step.of in {None, noted.get(PICK)}


def remaining(noted: Mapping[str, str]) -> list[str]:
    """The methods that fit what was answered and are not done yet."""
    return [
        method
        for method, channel in METHODS.items()
        if f"{DONE}{method}" not in noted and fits(noted, channel)
    ]


def fits(noted: Mapping[str, str], channel: str) -> bool:
    """A yes does; and emails may do when the merchant is not sure about them."""
    told = noted.get(channel)
    return told == "yes" or (channel == "email" and told == "unknown")


def without_method(noted: Mapping[str, str]) -> dict[str, str]:
    """The notes before any method was picked."""
    of_methods = {step.name for step in PLAN if step.of is not None} | {PICK}
    return {name: value for name, value in noted.items() if name not in of_methods}


def after(
    noted: Mapping[str, str], method: str, outcome: str = "yes"
) -> dict[str, str]:
    """The notes once this method is done or left out: the next one can be picked."""
    return without_method(noted) | {f"{DONE}{method}": outcome}
