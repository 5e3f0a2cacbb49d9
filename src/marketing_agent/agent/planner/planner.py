"""The planner without LangChain: events in, one reply out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner import on_results, on_words, requests, small_talk
from marketing_agent.agent.planner.matcher import Matcher, Verdict, certain
from marketing_agent.agent.planner.moments import Moment
from marketing_agent.agent.planner.plan import SETUP
from marketing_agent.agent.planner.plan_card import plan_card
from marketing_agent.agent.planner.second_thoughts import second_thoughts
from marketing_agent.agent.planner.state import replayed
from marketing_agent.agent.planner.turn import Reply, Turn
from marketing_agent.core.ngrams import folded
from marketing_agent.toolbox.pages import Effect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from marketing_agent.agent.planner.frames import Request
    from marketing_agent.agent.planner.history import Event
    from marketing_agent.agent.planner.texts import Wording
    from marketing_agent.services.sentence_vectors import SentenceVectors
    from marketing_agent.toolbox.pages import ToolPage

_BEGINS: Final = {
    "auto_link_on": "set_auto_link",
    "check_form": "diagnose_linkage",
    "meant_delete_qr_link": "delete_qr_link",
    "meant_delete_segment": "delete_segment",
    "meant_erase_friend": "erase_friend",
    "meant_remove_form_linkage": "remove_form_linkage",
    "meant_stop_import": "stop_import",
    "meant_unlink_friend": "unlink_friend",
}
"""Quick replies that begin something and are not named after it."""


class Planner:
    """Answers a conversation. It keeps nothing: the events are all there is."""

    def __init__(
        self,
        pages: Mapping[str, ToolPage],
        moments: Mapping[str, Sequence[str]],
        wordings: Mapping[str, Wording],
        topics: Sequence[str] = (),
        vectors: SentenceVectors | None = None,
    ) -> None:
        self.matcher = Matcher(by_meaning(pages, moments), vectors)
        self._writes = frozenset(
            name for name, page in pages.items() if page.effect is Effect.WRITE
        )
        self._wordings = wordings
        self._outright = {
            **{_plain(topic): "explain" for topic in topics},
            **_outright(wordings, self.matcher.meanings),
        }

    def reply(self, events: Sequence[Event], offered: frozenset[str]) -> Reply:
        """The next answer: words, calls of offered tools, or both."""
        state = replayed(events)
        verdict, rule = self.verdict(state.said)
        turn = Turn(
            state=state,
            offered=offered,
            writes=self._writes,
            wording=self._wordings[state.language],
            verdict=verdict,
            rule=rule,
            requests=self._requests(state.said, verdict.best, rule),
        )
        reply = requests.taken_up(turn, _answer(turn), on_words.meant)
        return _with_plan(turn, reply)

    def _requests(self, said: str | None, whole: str, rule: str) -> tuple[Request, ...]:
        if said is None or rule != "examples":
            return ()
        return requests.several(
            said, whole, lambda part: self.verdict(part)[0], self._writes
        )

    def verdict(self, said: str | None) -> tuple[Verdict, str]:
        """What a sentence means by itself, and how that was found."""
        if said is None:
            return Verdict(ranked=("",), scores=(0.0,), known=0.0), ""
        if meaning := self._outright.get(_plain(said)):
            return certain(meaning), "quick reply"
        found = self.matcher.verdict(said)
        return second_thoughts(found, said, self._writes), "examples"


def _answer(turn: Turn) -> Reply:
    if turn.state.said is not None:
        return on_words.answer(turn)
    if turn.state.fresh:
        return on_results.answer(turn)
    return small_talk.said(turn, Moment.GREETING)


def _with_plan(turn: Turn, reply: Reply) -> Reply:
    """With the set-up plan as it stands after this answer, if one is open."""
    plans = [frame for frame in reply.note.frames if frame.about == SETUP]
    if not plans or reply.plan is not None:
        return reply
    return replace(reply, plan=plan_card(turn, plans[-1].slots))


def by_meaning(
    pages: Mapping[str, ToolPage], moments: Mapping[str, Sequence[str]]
) -> dict[str, Sequence[str]]:
    """The examples that the planner matches with, in all languages, tools first."""
    by_tool = {
        name: [each for some in page.examples.values() for each in some]
        for name, page in pages.items()
    }
    return {**by_tool, **moments}


def _outright(
    wordings: Mapping[str, Wording], meanings: Sequence[str]
) -> dict[str, str]:
    """What the planner's own quick replies and titles mean, in every language."""
    return {
        _plain(text): meaning
        for wording in wordings.values()
        for section in ("quick", "titles")
        for name, text in wording.section(section).items()
        if (meaning := _BEGINS.get(name, name)) in meanings
    }


def _plain(text: str) -> str:
    return folded(text).strip(" .!?。")
