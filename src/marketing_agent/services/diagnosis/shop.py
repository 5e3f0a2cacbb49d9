"""Evidence about the merchant's own settings, and how customers' attempts ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.core.diagnosis.evidence import (
    AttemptsSeen,
    QrLinkSeen,
    ShopSeen,
)
from marketing_agent.core.facts import Method
from marketing_agent.core.outcomes import OutcomeCode
from marketing_agent.services.embed_script import ScriptMissing, built_script
from marketing_agent.services.status.expiry import EXPIRED_ROW
from marketing_agent.storage import (
    attempt_counts,
    form_linkages,
    imports,
    merchants,
    outcomes,
    qr_links,
)

if TYPE_CHECKING:
    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.outcomes import OutcomeCount


async def shop_seen(ground: Ground, merchant_id: int) -> ShopSeen:
    """The merchant's own settings. Raises NotFound."""
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, merchant_id)
        there = {
            Method.QR_LINK: await qr_links.of_merchant(tx, merchant_id),
            Method.FORM_LINKAGE: await form_linkages.of_merchant(tx, merchant_id),
            Method.IMPORT: await imports.find(tx, merchant_id),
        }
    return ShopSeen(
        integration_on=merchant.integration_on,
        auto_link_on=merchant.auto_link_on,
        has_privacy_policy=merchant.privacy_policy_url is not None,
        methods=frozenset(method for method, setting in there.items() if setting),
        script_missing=_script_missing(),
    )


async def qr_links_seen(
    ground: Ground, merchant_id: int, slug: str | None = None
) -> tuple[QrLinkSeen, ...]:
    """The custom QR codes, or the one that is asked about, with their attempts."""
    async with ground.database.transaction() as tx:
        saved = await qr_links.of_merchant(tx, merchant_id)
        counted = await attempt_counts.by_setting(tx, merchant_id, Method.QR_LINK)
    return tuple(
        QrLinkSeen(
            qr_link=each,
            url=each.url(ground.public_url),
            attempts=counted[each.slug].attempts,
            by_row=counted[each.slug].unlinked_by_row,
        )
        for each in saved
        if slug in {None, each.slug}
    )


async def attempts_seen(ground: Ground, merchant_id: int) -> tuple[AttemptsSeen, ...]:
    """All attempts of the merchant's customers, by how they ended."""
    async with ground.database.transaction() as tx:
        counted = await outcomes.counts(tx, merchant_id, ground.clock())
    ended: dict[tuple[OutcomeCode, int, str], int] = {}
    for each in counted:
        ended[_ending(each)] = ended.get(_ending(each), 0) + each.claims
    return tuple(
        AttemptsSeen(code=code, row=row, detail=detail, count=count)
        for (code, row, detail), count in ended.items()
    )


def _ending(counted: OutcomeCount) -> tuple[OutcomeCode, int, str]:
    """Nothing is written when an open attempt's life ends; it only shows."""
    if counted.past_expiry and counted.code.is_open:
        return OutcomeCode.EXPIRED, EXPIRED_ROW, ""
    return counted.code, counted.row, counted.detail


def _script_missing() -> str | None:
    try:
        built_script()
    except ScriptMissing as missing:
        return str(missing.facts["why"])
    return None
