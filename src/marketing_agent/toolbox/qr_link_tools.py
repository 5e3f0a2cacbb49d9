"""Tools about custom QR codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import Field

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

_SLUG: Final = r"^[0-9A-Za-z]{1,40}$"
_SLUG_IS: Final = "The code in its linking URL."


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

    def draft(self) -> QrLinkDraft:
        """What is to be saved. Raises a BadInput that says what to change."""
        return QrLinkDraft(
            name=self.name,
            link_type=self.link_type,
            email_variable=self.email_variable,
            phone_variable=self.phone_variable,
        )


class UpdateQrLink(CreateQrLink):
    """All of the custom QR code as it should be; what is left out is removed."""

    slug: str = Field(pattern=_SLUG, description=_SLUG_IS)


class DeleteQrLink(Arguments):
    """The custom QR code to delete."""

    slug: str = Field(pattern=_SLUG, description=_SLUG_IS)


class ShowQrLinks(Arguments):
    """All of them, or the one with this slug."""

    slug: str | None = Field(default=None, pattern=_SLUG, description=_SLUG_IS)


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


class DeletedQrLink(Block):
    """A custom QR code that is out of use."""

    slug: str
    name: str


class QrLinkList(Block):
    """The merchant's custom QR codes, newest first."""

    qr_links: list[QrLinkCard]


def _create(ground: Ground, taken: CreateQrLink) -> Write:
    return qr_links.create(ground, taken.draft())


def _update(ground: Ground, taken: UpdateQrLink) -> Write:
    return qr_links.update(ground, taken.slug, taken.draft())


def _delete(ground: Ground, taken: DeleteQrLink) -> Write:
    return qr_links.delete(ground, taken.slug)


async def _tell_created(ground: Ground, caller: Caller, result: Json) -> ToolResult:
    card = await _card_then(ground, caller, result)
    text = f'The custom QR code "{card.name}" is saved.'
    if card.linking_url is not None:
        text += f" Its linking URL is {card.linking_url}"
    return ToolResult(text=text, block=card)


async def _tell_updated(ground: Ground, caller: Caller, result: Json) -> ToolResult:
    card = await _card_then(ground, caller, result)
    text = f'The custom QR code "{card.name}" is changed.'
    former = qr_links.draft_of(result["former"])
    if former.variables != qr_links.draft_of(result).variables:
        text += f" Paste it into the Klaviyo email again: {_address(card)}"
    return ToolResult(text=text, block=card)


async def _tell_deleted(_ground: Ground, _caller: Caller, result: Json) -> ToolResult:
    block = DeletedQrLink(slug=result["slug"], name=result["name"])
    text = (
        f'The custom QR code "{block.name}" is deleted. Whoever opens its link is told '
        "that it is no longer in use; customers who are linked stay linked."
    )
    return ToolResult(text=text, block=block)


async def _show(ground: Ground, caller: Caller, taken: ShowQrLinks) -> ToolResult:
    if taken.slug is not None:
        card = await _card(ground, caller, taken.slug)
        return ToolResult(text=_line(card), block=QrLinkList(qr_links=[card]))
    sheets = await qr_links.show(ground, caller.merchant_id)
    cards = [card_of(sheet) for sheet in sheets]
    text = "\n".join(map(_line, cards)) or "There is no custom QR code yet."
    return ToolResult(text=text, block=QrLinkList(qr_links=cards))


async def _card(ground: Ground, caller: Caller, slug: str) -> QrLinkCard:
    return card_of(await qr_links.show_one(ground, caller.merchant_id, slug))


async def _card_then(ground: Ground, caller: Caller, result: Json) -> QrLinkCard:
    return card_of(await qr_links.as_written(ground, caller.merchant_id, result))


def card_of(sheet: QrLinkSheet) -> QrLinkCard:
    """A custom QR code as a block."""
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
    return f"- {card.name} ({card.slug}): {links_by}, {_address(card)}"


def _address(card: QrLinkCard) -> str | None:
    return card.linking_url or card.add_friend_url


TOOLS = (
    WriteTool(
        name="create_qr_link",
        takes=CreateQrLink,
        gives=QrLinkCard,
        write=_create,
        tell=_tell_created,
    ),
    WriteTool(
        name="update_qr_link",
        takes=UpdateQrLink,
        gives=QrLinkCard,
        write=_update,
        tell=_tell_updated,
    ),
    WriteTool(
        name="delete_qr_link",
        takes=DeleteQrLink,
        gives=DeletedQrLink,
        write=_delete,
        tell=_tell_deleted,
    ),
    ReadTool(name="show_qr_links", takes=ShowQrLinks, gives=QrLinkList, run=_show),
)
