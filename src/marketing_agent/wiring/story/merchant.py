"""The merchant's part: asks the agent for the set-up, and approves one card.

The merchant answers what is asked, whatever the order and the wording: by what the
question is about and by the quick replies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import httpx

from marketing_agent.wiring.chat_events import (
    Card,
    CardOpened,
    Failed,
    QuickReplies,
    TextEnded,
    TextPiece,
    ToolAnswered,
)
from marketing_agent.wiring.story.scene import Scene, StoryBroke, expect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from marketing_agent.wiring.chat_client import ChatClient
    from marketing_agent.wiring.chat_events import Happening
    from marketing_agent.wiring.foreign_text import Json

_OPENING: Final = "Please help me set up the Klaviyo integration"
_NAME: Final = "Newsletter readers"
_HOW_MANY: Final = "How many friends are linked?"
_MOST_QUESTIONS: Final = 10
_ABOUT_EMAIL: Final = re.compile(r"\b(e-?mails?|newsletters?)\b", re.IGNORECASE)
_METHOD: Final = "custom qr code"
_ABOUT_A_NAME: Final = re.compile(r"\b(names?|called?)\b", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Heard:
    """What the agent said and did in one run."""

    text: str = ""
    replies: tuple[str, ...] = ()
    answers: dict[str, ToolAnswered] = field(default_factory=dict)
    """By tool, the last of each."""
    cards: list[Card] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Merchant:
    """The one who talks to the agent."""

    scene: Scene
    chat: ChatClient

    async def sets_up(self) -> Json:
        """From the first sentence to the approved card; the custom QR code's data."""
        heard = await self._says(_OPENING)
        for _ in range(_MOST_QUESTIONS):
            if heard.cards:
                break
            heard = await self._says(answer_to(heard.text, heard.replies))
        expect(len(heard.cards) == 1, "one card")
        card = heard.cards[0]
        self.scene.tell("agent", _as_text(card))
        await self._is_refused_without_approval(card)
        return await self._approves(card)

    async def asks_how_many(self, linked: int) -> None:
        """The number comes from the tool, and the agent says it."""
        heard = await self._says(_HOW_MANY)
        told = heard.answers.get("query_linkage_status")
        expect(told is not None and told.data.get("linked") == linked, "the number")
        said = re.search(rf"\b{linked}\b", heard.text)
        expect(said is not None, "the number in the agent's words")

    async def _is_refused_without_approval(self, card: Card) -> None:
        """Who goes around the agent needs the same yes."""
        self.scene.tell("merchant", f"Calls {card.tool} directly, without a yes.")
        refused = await self.scene.call_tool(card.tool, card.arguments)
        is_refused = refused.status_code == httpx.codes.FORBIDDEN
        expect(is_refused, "an unapproved write is refused")
        self.scene.tell("service", refused.json()["message"])

    async def _approves(self, card: Card) -> Json:
        expect(card.tool == "create_qr_link", "a custom QR code is proposed")
        expect(bool(card.arguments.get("email_variable")), "that links by email")
        self.scene.tell("merchant", "Approves exactly this card.")
        heard = await self._hears(self.chat.answer({card.id: {"approved": True}}))
        made = heard.answers.get(card.tool)
        expect(made is not None and made.status == "done", "the approved write")
        data = {} if made is None else made.data
        expect(data.get("name") == card.arguments.get("name"), "with the card's name")
        expect("/l/" in str(data.get("linking_url")), "its linking URL")
        return data

    async def _says(self, text: str) -> Heard:
        self.scene.tell("merchant", text)
        return await self._hears(self.chat.say(text))

    async def _hears(self, happenings: AsyncIterator[Happening]) -> Heard:
        heard, message = Heard(), ""
        async for each in happenings:
            match each:
                case TextPiece(text=text):
                    message += text
                case TextEnded():
                    self.scene.tell("agent", message)
                    heard.text, message = f"{heard.text}\n\n{message}", ""
                case ToolAnswered(tool=tool):
                    self.scene.tell("agent", f"({tool}: {each.status})")
                    heard.answers[tool] = each
                case QuickReplies(replies=replies):
                    self.scene.tell("agent", " ".join(f"[{it}]" for it in replies))
                    heard.replies = replies
                case CardOpened(card=card):
                    heard.cards.append(card)
                case Failed(message=reason):
                    raise StoryBroke(f"the agent: {reason}")
                case _:
                    pass
        return heard


def answer_to(said: str, replies: Sequence[str]) -> str:
    """What this merchant answers. Raises StoryBroke for a question about nothing known.

    The shop sends emails through Klaviyo and does nothing else.
    """
    question = said.strip().rpartition("\n\n")[2]
    about_email = [each for each in replies if _ABOUT_EMAIL.search(each)]
    if about_email and len(replies) > len(about_email):
        return about_email[0]
    for reply in replies:
        if reply.lower() == _METHOD:
            return reply
    wanted = "yes" if _ABOUT_EMAIL.search(question) else "no"
    for reply in replies:
        if reply.lower().startswith(wanted):
            return reply
    if _ABOUT_A_NAME.search(question):
        return _NAME
    raise StoryBroke(f"the merchant does not know what to answer: {question}")


def _as_text(card: Card) -> str:
    lines = [f"Card: {card.title}"]
    for name, value in card.arguments.items():
        if value is not None:
            lines.append(f"  {name}: {value}")
    return "\n".join(lines)
