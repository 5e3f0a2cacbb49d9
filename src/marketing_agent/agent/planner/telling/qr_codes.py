"""Custom QR codes: what was saved, and what to copy into a Klaviyo email."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import TypeAdapter

from marketing_agent.agent.planner.telling.told import Told
from marketing_agent.agent.planner.texts import capped
from marketing_agent.toolbox.qr_link_tools import DeletedQrLink, QrLinkCard

if TYPE_CHECKING:
    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.turn import Turn

_LISTED: Final = TypeAdapter(list[QrLinkCard | str])


def created(turn: Turn, came: Came) -> Told:
    """That it is saved, its linking URL, and what a person does next in Klaviyo."""
    return _saved(turn, came, "qr.created")


def updated(turn: Turn, came: Came) -> Told:
    """That it is changed, with what to paste again."""
    return _saved(turn, came, "qr.updated")


def deleted(turn: Turn, came: Came) -> Told:
    """That it is out of use."""
    block = DeletedQrLink.model_validate(came.data)
    return Told(
        text=turn.say("qr.deleted", name=capped(block.name)),
        quick=turn.quick("undo_change", "show_qr_links"),
    )


def shown(turn: Turn, came: Came) -> Told:
    """All of them, or one with everything to copy."""
    cards = cards_of(came)
    if not cards:
        return Told(text=turn.say("qr.none"), quick=turn.quick("create_qr_link"))
    if len(cards) == 1:
        card = cards[0]
        parts = turn.say("qr.one"), line(turn, card), to_copy(turn, card)
        text = "\n".join(parts)
    else:
        text = "\n".join([turn.say("qr.list"), *(line(turn, each) for each in cards)])
    return Told(text=text, quick=turn.quick("query_linkage_status", "create_qr_link"))


def cards_of(came: Came) -> list[QrLinkCard]:
    """The custom QR codes of a list. Raises Pydantic's ValidationError."""
    listed = _LISTED.validate_python(came.data.get("qr_links"))
    return [each for each in listed if isinstance(each, QrLinkCard)]


def handed_over(turn: Turn, came: Came, slug: str) -> str | None:
    """What is left to do in Klaviyo; None if this one is not in the list."""
    card = next((each for each in cards_of(came) if each.slug == slug), None)
    if card is None:
        return None
    url = card.linking_url or card.add_friend_url or ""
    words = turn.say("setup.hand_over_qr_link", url=url, name=named(card))
    return f"{words}\n\n{to_copy(turn, card)}"


def line(turn: Turn, card: QrLinkCard) -> str:
    """One custom QR code on one line."""
    return turn.say(
        f"qr.line_{_asked_for(card)}",
        name=named(card),
        slug=card.slug,
        url=card.linking_url or card.add_friend_url or "",
    )


def _asked_for(card: QrLinkCard) -> str:
    match card.email_variable, card.phone_variable:
        case None, None:
            return "none"
        case _, None:
            return "email"
        case None, _:
            return "phone"
        case _:
            return "both"


def named(card: QrLinkCard) -> str:
    """Its name as it may be shown."""
    return capped(card.name)


def to_copy(turn: Turn, card: QrLinkCard) -> str:
    """The snippets, in code blocks so that they can be copied unchanged."""
    return turn.say("qr.to_copy", link=card.email_link, image=card.email_image)


def _saved(turn: Turn, came: Came, key: str) -> Told:
    card = QrLinkCard.model_validate(came.data)
    text = turn.say(key, name=named(card))
    if card.linking_url is not None:
        url = turn.say("qr.linking_url", url=card.linking_url)
        text = f"{text}\n{url}\n\n{turn.say('qr.next')}\n\n{to_copy(turn, card)}"
    quick = turn.quick("query_linkage_status", "show_qr_links", "undo_change")
    return Told(text=text, quick=quick)
