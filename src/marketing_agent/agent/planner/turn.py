"""One turn: what the next answer is made from, and the answer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from marketing_agent.agent.planner.frames import Frame, Note, Request
from marketing_agent.agent.planner.language import CHINESE, ENGLISH, JAPANESE
from marketing_agent.agent.planner.phrase_book import phrase_book
from marketing_agent.agent.planner.slots.heard import Heard

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from marketing_agent.agent.planner.matcher import Verdict
    from marketing_agent.agent.planner.state import State
    from marketing_agent.agent.planner.texts import Wording

_MOST_QUICK_REPLIES: Final = 4
_COMMAS: Final = {JAPANESE: "、", CHINESE: "、"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A tool to call, with complete arguments."""

    tool: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer: words, calls or both, and how it was arrived at."""

    text: str = ""
    calls: tuple[Call, ...] = ()
    plan: list[dict[str, str | None]] | None = None
    """The set-up plan as screens draw it; None where none is open."""
    quick: tuple[str, ...] = ()
    """What the merchant may want to answer; at most four are shown."""
    note: Note = field(default_factory=Note)
    intent: str
    margin: float | None = None
    """Of the matcher; None where it had no say."""
    rule: str

    def after(self, before: str) -> Reply:
        """The same answer with words before its own."""
        return replace(self, text="\n\n".join(filter(None, (before, self.text))))

    @property
    def quick_replies(self) -> list[str]:
        """The quick replies, each once."""
        return list(dict.fromkeys(self.quick))[:_MOST_QUICK_REPLIES]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The state with what is needed to answer it."""

    state: State
    offered: frozenset[str]
    """The tools that may be called; a viewer is offered only reads."""
    writes: frozenset[str]
    """The tools of the program that change something."""
    wording: Wording
    verdict: Verdict
    """What the last sentence means by itself."""
    rule: str
    """How the verdict was found."""
    requests: tuple[Request, ...] = ()
    """What a message asks for, if that is more than one thing."""

    @property
    def said(self) -> str:
        """What is to be answered; empty if a result is."""
        return self.state.said or ""

    @property
    def frames(self) -> tuple[Frame, ...]:
        """What is open."""
        return self.state.note.frames

    def say(self, key: str, **facts: object) -> str:
        """A text in the merchant's language."""
        return self.wording.text(key, **facts)

    def own(self, english: str) -> str:
        """What the program says in English, in the merchant's language if known."""
        return phrase_book().said(english, self.wording.language)

    def can_say(self, english: str) -> bool:
        """Whether all of it is known in the merchant's language."""
        return self.wording.language == ENGLISH or phrase_book().has(english)

    def listed(self, names: Iterable[str]) -> str:
        """Several names in a row."""
        return _COMMAS.get(self.wording.language, ", ").join(names)

    def quick(self, *names: str) -> tuple[str, ...]:
        """Quick replies by their names."""
        return tuple(self.say(f"quick.{name}") for name in names)

    def title(self, tool: str) -> str:
        """What the merchant calls a tool or a moment."""
        key = f"titles.{tool}"
        return self.say(key) if self.wording.has(key) else tool.replace("_", " ")

    def heard(
        self, text: str, *, asked: bool = False, slots: Mapping[str, str] | None = None
    ) -> Heard:
        """A sentence for the extractors."""
        return Heard(
            text=text,
            asked=asked,
            results=self.state.results,
            changes=self.state.changes,
            slots=slots or {},
        )

    def means(self, *intents: str) -> bool:
        """Whether the sentence clearly means one of these."""
        return self.verdict.is_clear and self.verdict.best in intents
