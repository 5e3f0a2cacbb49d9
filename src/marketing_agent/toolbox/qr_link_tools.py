"""Tools about custom QR codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from marketing_agent.core.errors import NotFound
from marketing_agent.core.qr_links import LinkType, QrLinkDraft
from marketing_agent.services import qr_links
from marketing_agent.toolbox.registry import (
    Arguments,
    Block,
    ReadTool,
    ToolResult,
    WriteTool,
)

if TYPE_CHECKING:
    from marketing_agent.core.callers import Caller
    from marketing_agent.services.changes import Json, Write
    from marketing_agent.services.ground import Ground
    from marketing_agent.services.qr_links import QrLinkSheet


class CreateQrLink(Arguments):
    """A custom QR code to save."""

    name: str = Field(description="What the merchant calls it, such as a campaign.")
    link_type: LinkType = LinkType.KLAVIYO_LINKAGE
    email_variable: str | None = Field(
        default=None, description="Klaviyo merge variable of the email: {{ email }}"
    )
    phone_variable: str | None = Field(
        default=None,
        description="Klaviyo merge variable of the phone number: "
        "{{ person.phone_number|default:'' }}",
    )


class ShowQrLinks(Arguments):
    """All of them, or the one with this slug."""

    slug: str | None = Field(
        default=None,
        pattern=r"^[0-9A-Za-z]{1,40}$",
        description="The code in its linking URL.",
    )


class QrLinkCard(Block):
    """A custom QR code with everything to copy."""

    slug: str
    name: str
    link_type: LinkType
    email_variable: str | None
    phone_variable: str | None
    linking_url: str | None
    """Only with Klaviyo Linkage."""
    add_friend_url: str | None
    """Only with Link Type None."""
    image_url: str
    email_link: str
    email_image: str
    opened: int


class QrLinkList(Block):
    """The merchant's custom QR codes, newest first."""

    qr_links: list[QrLinkCard]


def _create(ground: Ground, taken: CreateQrLink) -> Write:
    draft = QrLinkDraft(
        name=taken.name,
        link_type=taken.link_type,
        email_variable=taken.email_variable,
        phone_variable=taken.phone_variable,
    )
    return qr_links.create(ground, draft)


async def _tell_created(ground: Ground, caller: Caller, result: Json) -> ToolResult:
    card = await _card(ground, caller, result["slug"])
    text = f'The custom QR code "{card.name}" is saved.'
    if card.linking_url is not None:
        text += f" Its linking URL is {card.linking_url}"
    return ToolResult(text=text, block=card)


async def _show(ground: Ground, caller: Caller, taken: ShowQrLinks) -> ToolResult:
    if taken.slug is not None:
        card = await _card(ground, caller, taken.slug)
        return ToolResult(text=_line(card), block=QrLinkList(qr_links=[card]))
    sheets = await qr_links.show(ground, caller.merchant_id)
    cards = [_drawn(sheet) for sheet in sheets]
    text = "\n".join(map(_line, cards)) or "There is no custom QR code yet."
    return ToolResult(text=text, block=QrLinkList(qr_links=cards))


async def _card(ground: Ground, caller: Caller, slug: str) -> QrLinkCard:
    sheet = await qr_links.show_one(ground, caller.merchant_id, slug)
    if sheet is None:
        raise NotFound(noun="custom QR code", name=slug[:40])
    return _drawn(sheet)


def _drawn(sheet: QrLinkSheet) -> QrLinkCard:
    qr_link = sheet.qr_link
    return QrLinkCard(
        slug=qr_link.slug,
        name=qr_link.name,
        link_type=qr_link.link_type,
        email_variable=qr_link.email_variable,
        phone_variable=qr_link.phone_variable,
        linking_url=sheet.linking_url,
        add_friend_url=sheet.add_friend_url,
        image_url=sheet.image_url,
        email_link=sheet.email_link,
        email_image=sheet.email_image,
        opened=qr_link.opened,
    )


def _line(card: QrLinkCard) -> str:
    asks = [
        word
        for word, variable in (
            ("email", card.email_variable),
            ("phone", card.phone_variable),
        )
        if variable is not None
    ]
    links_by = f"links by {' and '.join(asks)}" if asks else "links nobody"
    url = card.linking_url or card.add_friend_url
    return f"- {card.name} ({card.slug}): {links_by}, {url}"


TOOLS = (
    WriteTool(
        name="create_qr_link", takes=CreateQrLink, write=_create, tell=_tell_created
    ),
    ReadTool(name="show_qr_links", takes=ShowQrLinks, run=_show),
)
