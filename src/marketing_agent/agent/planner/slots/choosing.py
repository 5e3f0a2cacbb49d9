"""One of several known things, named in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.agent.planner.slots.named import candidates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from marketing_agent.agent.planner.slots.heard import Heard
    from marketing_agent.agent.planner.slots.named import Named
    from marketing_agent.agent.planner.tasks.task import Results, Slots


def one_of(
    choices: Callable[[Results, Slots], Sequence[Named] | None],
    id_field: str,
    name_field: str | None = None,
) -> Callable[[Heard], Mapping[str, str]]:
    """An extractor of the one thing that a sentence names; empty for several."""

    def hear(heard: Heard) -> Mapping[str, str]:
        there = choices(heard.results, heard.slots) or []
        fitting = candidates(heard.text, there)
        if len(fitting) != 1:
            return {}
        told = {id_field: fitting[0].id}
        return told if name_field is None else {**told, name_field: fitting[0].name}

    return hear
