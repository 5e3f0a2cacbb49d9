"""Submitted forms, handed over by the script on the merchant's landing page.

What a browser posts is unauthenticated input: it is sealed into a ticket, looked up by
nobody here, and answered alike whoever it names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketing_agent.core.blocked import BlockList
from marketing_agent.core.door import Door, verdict_at_the_door
from marketing_agent.core.errors import NotFound
from marketing_agent.core.facts import Method
from marketing_agent.services import connections, customer_visit, tickets
from marketing_agent.storage import blocked_values, form_linkages, merchants

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.door import DoorVerdict, RawSignals
    from marketing_agent.core.form_linkage import FormLinkage
    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.merchants import Merchant


@dataclass(frozen=True, slots=True, kw_only=True)
class Embed:
    """A merchant's script: its forms, and the origins that it may run on."""

    merchant: Merchant
    forms: tuple[FormLinkage, ...]

    @property
    def origins(self) -> frozenset[str]:
        """Exact origins, as browsers send them."""
        return frozenset(origin for form in self.forms for origin in form.origins)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """The ticket of a submission."""

    ticket: str
    url: str
    """Its landing page: what the link button opens and the QR code encodes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormHelp:
    """What the page behind the Success Screen Button URL shows."""

    shop: str
    account: str
    add_friend_url: str
    landing_page: str


async def embed_of(ground: Ground, key: str) -> Embed:
    """The script's merchant and forms. Raises NotFound for an unknown key."""
    async with ground.database.transaction() as tx:
        merchant = await merchants.by_embed_key(tx, key)
        if merchant is None:
            raise NotFound(noun="embed key", name=key[:40])
        forms = await form_linkages.of_merchant(tx, merchant.id)
    return Embed(merchant=merchant, forms=tuple(forms))


async def hand_over(
    ground: Ground, embed: Embed, form_id: str, raw: RawSignals
) -> HandedOver:
    """Seal a submission into a ticket. Raises NotFound for an unknown form.

    Unusable values travel in it as the door's verdict, to be told to the merchant once
    somebody logs in with it.
    """
    form = next((each for each in embed.forms if each.form_id == form_id), None)
    if form is None:
        raise NotFound(noun="form", name=form_id[:40])
    now = ground.clock()
    async with ground.database.transaction() as tx:
        verdict = await _at_the_door(ground, tx, embed.merchant, form, raw)
        await form_linkages.count_hand_over(tx, embed.merchant.id, form.slug)
    ticket = tickets.new_ticket(
        Method.FORM_LINKAGE,
        embed.merchant.id,
        form.slug,
        verdict,
        now,
        submitted=form.submitted(now),
        confirmed_by=form.confirmed_by,
    )
    sealed = tickets.seal_ticket(ground.vault, ticket)
    return HandedOver(ticket=sealed, url=customer_visit.landing_url(ground, sealed))


async def script_seen(
    ground: Ground, embed: Embed, forms: Collection[str], origin: str
) -> None:
    """The script says that it runs on a page of this origin, with these forms."""
    async with ground.database.transaction() as tx:
        await form_linkages.script_seen(
            tx, embed.merchant.id, forms, origin, ground.clock()
        )


async def help_of(ground: Ground, slug: str) -> FormHelp:
    """The page for those who tapped the Success screen's button without the script.

    Raises NotFound, also for a setting that was removed, and SetupMissing.
    """
    async with ground.database.transaction() as tx:
        merchant_id = await form_linkages.owner_of(tx, slug)
        form = merchant_id and await form_linkages.find(tx, merchant_id, slug)
        if not merchant_id or not form:
            raise NotFound(noun="form linkage", name=slug[:40])
        merchant = await merchants.get(tx, merchant_id)
        account = await connections.line_account_of(tx, merchant_id)
    return FormHelp(
        shop=merchant.name,
        account=account.display_name,
        add_friend_url=connections.add_friend_url(ground, account),
        landing_page=form.landing_page,
    )


async def _at_the_door(
    ground: Ground,
    tx: AsyncConnection,
    merchant: Merchant,
    form: FormLinkage,
    raw: RawSignals,
) -> DoorVerdict:
    blocked = await blocked_values.hashes(tx, merchant.id)
    door = Door(
        rule=form.rule,
        region=merchant.phone_region,
        blocks=BlockList(hashes=blocked),
        hash_signal=lambda kind, value: ground.vault.hash_signal(
            merchant.id, kind, value
        ),
    )
    return verdict_at_the_door(raw, door)
