"""Custom QR codes: create, show, and what to paste into a Klaviyo email."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from marketing_agent.core.qr_links import LinkType, QrLink, QrLinkDraft
from marketing_agent.services.changes import Call, Written
from marketing_agent.storage import qr_links

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.services.changes import Write
    from marketing_agent.services.ground import Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class QrLinkSheet:
    """A saved custom QR code with everything that a merchant copies from it."""

    qr_link: QrLink
    linking_url: str | None
    """None for Link Type None, which links nobody."""
    add_friend_url: str | None
    """Link Type None: what its QR code leads to."""
    image_url: str
    email_link: str
    """HTML for a Klaviyo email: a text link."""
    email_image: str
    """HTML for a Klaviyo email: the QR code, to scan from a screen."""


def create(ground: Ground, draft: QrLinkDraft) -> Write:
    """The write that saves a new custom QR code."""

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        saved = await qr_links.save(tx, merchant_id, draft, ground.clock())
        undo = Call(tool="delete_qr_link", arguments={"slug": saved.slug})
        return Written(result={"slug": saved.slug}, inverse=undo)

    return write


async def show(ground: Ground, merchant_id: int) -> list[QrLinkSheet]:
    """All custom QR codes of the merchant, newest first."""
    async with ground.database.transaction() as tx:
        saved = await qr_links.of_merchant(tx, merchant_id)
    return [sheet(ground.public_url, each) for each in saved]


async def show_one(ground: Ground, merchant_id: int, slug: str) -> QrLinkSheet | None:
    """One custom QR code, as when its edit screen is reopened."""
    async with ground.database.transaction() as tx:
        found = await qr_links.find(tx, merchant_id, slug)
    return None if found is None else sheet(ground.public_url, found)


def sheet(public_url: str, qr_link: QrLink) -> QrLinkSheet:
    """The copyable values of a saved custom QR code."""
    links = qr_link.link_type is LinkType.KLAVIYO_LINKAGE
    url, image_url = qr_link.url(public_url), qr_link.image_url(public_url)
    image = f'<img src="{_attribute(image_url)}" width="200" height="200" alt="LINE">'
    return QrLinkSheet(
        qr_link=qr_link,
        linking_url=url if links else None,
        add_friend_url=None if links else url,
        image_url=image_url,
        email_link=f'<a href="{_attribute(url)}">LINE</a>',
        email_image=f'<a href="{_attribute(url)}">{image}</a>',
    )


def _attribute(url: str) -> str:
    """Safe between double quotes; Klaviyo's own single quotes stay as they are."""
    return escape(url, quote=False).replace('"', "&quot;")
