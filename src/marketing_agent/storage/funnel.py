"""The way to a link: how far each setting of a method brought how many LINE users."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, func, select

from marketing_agent.core.facts import Method
from marketing_agent.core.outcomes import OutcomeCode
from marketing_agent.storage.conditions import expect_memory
from marketing_agent.storage.tables import form_linkages, friends, outcomes, qr_links

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.ext.asyncio import AsyncConnection

_WITH_LOGIN: Final = (Method.QR_LINK, Method.FORM_LINKAGE)
_LINKED: Final = [code.value for code in OutcomeCode if code.is_linked]


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """LINE users whom one setting of a method brought how far."""

    method: Method
    setting: str | None
    tried: int
    """They logged in; for imports and auto-link: somebody claimed them."""
    friends: int
    """Of those, who follow now."""
    linked: int
    """Of those who tried, who are linked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A setting with a page of its own: its name, and how often that was opened."""

    name: str
    opened: int


async def steps(tx: AsyncConnection, merchant_id: int) -> list[Steps]:
    """How far the LINE users of each method and setting came.

    Who logs in may do so often; an import and auto-link claim somebody once.
    """
    await expect_memory(tx)
    person = outcomes.c.line_user_id.distinct()
    found = await _steps(tx, merchant_id, _WITH_LOGIN, func.count(person))
    others = [method for method in Method if method not in _WITH_LOGIN]
    return found + await _steps(tx, merchant_id, others, func.count())


async def _steps(
    tx: AsyncConnection, merchant_id: int, methods: Collection[Method], tried: Any
) -> list[Steps]:
    among = outcomes.outerjoin(
        friends,
        and_(
            friends.c.merchant_id == outcomes.c.merchant_id,
            friends.c.line_user_id == outcomes.c.line_user_id,
        ),
    )
    key = (outcomes.c.method, outcomes.c.setting)
    linked = outcomes.c.code.in_(_LINKED)
    rows = await tx.execute(
        select(*key, tried, tried.filter(friends.c.following), tried.filter(linked))
        .select_from(among)
        .where(outcomes.c.merchant_id == merchant_id, outcomes.c.method.in_(methods))
        .group_by(*key)
        .order_by(*key)
    )
    return [
        Steps(method=Method(m), setting=setting, tried=all_, friends=f, linked=n)
        for m, setting, all_, f, n in rows
    ]


async def openings(
    tx: AsyncConnection, merchant_id: int
) -> dict[tuple[Method, str], Opened]:
    """The settings that have a page, also those that were deleted."""
    codes = await tx.execute(
        select(qr_links.c.slug, qr_links.c.name, qr_links.c.opened).where(
            qr_links.c.merchant_id == merchant_id
        )
    )
    forms = await tx.execute(
        select(
            form_linkages.c.slug,
            form_linkages.c.form_id,
            form_linkages.c.form_name,
            form_linkages.c.handed_over,
        ).where(form_linkages.c.merchant_id == merchant_id)
    )
    found = {
        (Method.QR_LINK, slug): Opened(name=name, opened=opened)
        for slug, name, opened in codes
    }
    for slug, form_id, name, handed_over in forms:
        told = Opened(name=name, opened=handed_over)
        found[Method.FORM_LINKAGE, slug] = found[Method.FORM_LINKAGE, form_id] = told
    return found
