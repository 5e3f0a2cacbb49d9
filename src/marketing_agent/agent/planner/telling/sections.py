"""Help text: the sections that answer a question, word for word, with their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.telling.told import Told
from marketing_agent.toolbox.help_tools import HelpAnswer

if TYPE_CHECKING:
    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.turn import Turn

_MOST_TOPICS: Final = 4


def explained(turn: Turn, came: Came) -> Told:
    """The best section, where it stands, and which others there are."""
    answer = HelpAnswer.model_validate(came.data)
    if not answer.sections:
        listed = "\n".join(f"- {topic}" for topic in answer.topics)
        text = turn.say("help.not_covered", topics=listed)
        topics = tuple(answer.topics[:_MOST_TOPICS])
        return Told(text=text, quick=topics or turn.quick("setup", "abilities"))
    best, *others = answer.sections
    quote = "\n".join(f"> {line}".rstrip() for line in best.text.splitlines())
    place = turn.say(
        "help.place", page=best.page_title, heading=best.heading, id=best.id
    )
    more = [turn.say("help.more", heading=each.heading) for each in others]
    parts = [turn.say("help.found"), quote, "\n".join([place, *more])]
    return Told(text="\n\n".join(parts), quick=turn.quick("setup", "abilities"))
