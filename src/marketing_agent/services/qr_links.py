"""Custom QR codes: the writes with their inverses, and what to paste into an email.

A write's result holds the custom QR code as it was then, so that it can be told again
after later changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from marketing_agent.core.errors import NotFound
from marketing_agent.core.qr_links import LinkType, QrLink, QrLinkDraft
from marketing_agent.services.changes import Call, Written
from marketing_agent.storage import qr_links

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.services.changes import Json, Write
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
        return _written(saved, "delete_qr_link", {"slug": saved.slug})

    return write


def update(ground: Ground, slug: str, draft: QrLinkDraft) -> Write:
    """The write that gives a custom QR code new contents. It raises NotFound.

    The slug stays, and so do the claims of customers who logged in before.
    """

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        former = _there(slug, await qr_links.find(tx, merchant_id, slug))
        saved = await qr_links.change(tx, merchant_id, slug, draft, ground.clock())
        undo = {"slug": slug, **_contents(former)}
        return _written(_there(slug, saved), "update_qr_link", undo, former)

    return write


def delete(ground: Ground, slug: str) -> Write:
    """The write that takes a custom QR code out of use. It raises NotFound.

    Links that it made stay; whoever opens its linking URL is told that it is gone.
    """

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        gone = await qr_links.delete(tx, merchant_id, slug, ground.clock())
        return _written(_there(slug, gone), "restore_qr_link", {"slug": slug})

    return write


def restore(ground: Ground, slug: str) -> Write:
    """The write that brings a deleted custom QR code back. It raises NotFound."""

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        back = await qr_links.restore(tx, merchant_id, slug, ground.clock())
        return _written(_there(slug, back), "delete_qr_link", {"slug": slug})

    return write


def draft_of(contents: Mapping[str, Any]) -> QrLinkDraft:
    """The draft that a result or an inverse holds. Raises BadInput."""
    return QrLinkDraft(
        name=contents["name"],
        link_type=LinkType(contents["link_type"]),
        email_variable=contents["email_variable"],
        phone_variable=contents["phone_variable"],
    )


async def as_written(ground: Ground, merchant_id: int, result: Json) -> QrLinkSheet:
    """The custom QR code as a write left it, whatever became of it since.

    The first changes kept its slug alone; of those it is shown as it is now.
    """
    if "name" in result:
        return sheet(ground.public_url, _saved(result))
    async with ground.database.transaction() as tx:
        found = await qr_links.find_ever(tx, merchant_id, result["slug"])
    return sheet(ground.public_url, _there(result["slug"], found))


async def show(ground: Ground, merchant_id: int) -> list[QrLinkSheet]:
    """All custom QR codes of the merchant, newest first."""
    async with ground.database.transaction() as tx:
        saved = await qr_links.of_merchant(tx, merchant_id)
    return [sheet(ground.public_url, each) for each in saved]


async def show_one(ground: Ground, merchant_id: int, slug: str) -> QrLinkSheet:
    """One custom QR code, as when its edit screen is reopened. Raises NotFound."""
    async with ground.database.transaction() as tx:
        found = await qr_links.find(tx, merchant_id, slug)
    return sheet(ground.public_url, _there(slug, found))


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


def _written(
    saved: QrLink, undo: str, arguments: Json, former: QrLink | None = None
) -> Written:
    result = {"slug": saved.slug, "opened": saved.opened, **_contents(saved)}
    if former is not None:
        result["former"] = _contents(former)
    return Written(
        result=result,
        inverse=Call(tool=undo, arguments=arguments),
        target=f"qr_link:{saved.slug}",
    )


def _contents(draft: QrLinkDraft) -> Json:
    return {
        "name": draft.name,
        "link_type": draft.link_type.value,
        "email_variable": draft.email_variable,
        "phone_variable": draft.phone_variable,
    }


def _saved(result: Json) -> QrLink:
    draft = draft_of(result)
    return QrLink(
        slug=result["slug"],
        opened=result["opened"],
        name=draft.name,
        link_type=draft.link_type,
        email_variable=draft.email_variable,
        phone_variable=draft.phone_variable,
    )


def _there(slug: str, found: QrLink | None) -> QrLink:
    if found is None:
        raise NotFound(noun="custom QR code", name=slug[:40])
    return found


def _attribute(url: str) -> str:
    """Safe between double quotes; Klaviyo's own single quotes stay as they are."""
    return escape(url, quote=False).replace('"', "&quot;")
