"""Evidence about Form ID linkage: form, landing page and flow, each looked at live."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.evidence import (
    Answer,
    Asked,
    FlowSeen,
    FormSeen,
    FormsSeen,
    PageSeen,
)
from marketing_agent.core.diagnosis.pages import read_page
from marketing_agent.core.diagnosis.policies import forbids
from marketing_agent.core.form_definitions import check_versions
from marketing_agent.core.form_linkage import FormTiming, embed_code
from marketing_agent.platforms.klaviyo.flows import flow_with_webhooks, live_flows
from marketing_agent.platforms.klaviyo.forms import form_with_versions
from marketing_agent.platforms.web_pages import PageNotRead
from marketing_agent.services.diagnosis.asking import ask
from marketing_agent.services.diagnosis.klaviyo import klaviyo_of
from marketing_agent.storage import form_linkages, merchants

if TYPE_CHECKING:
    from marketing_agent.core.form_linkage import FormLinkage
    from marketing_agent.platforms.klaviyo.forms_wire import KlaviyoForm
    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.merchants import Merchant

MOST_FORMS: Final = 3
"""Klaviyo gives one form a second, and somebody waits for the diagnosis."""
_MOST_FLOWS: Final = 3
_SECONDS_FOR_FLOWS: Final = 8.0
_CALLED_LATELY: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asker:
    ground: Ground
    merchant: Merchant
    origins: frozenset[str]


async def forms_seen(
    ground: Ground, merchant_id: int, form_id: str | None = None
) -> FormsSeen:
    """The newest form linkages, or that of one form; and how many were left out."""
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, merchant_id)
        saved = await form_linkages.of_merchant(tx, merchant_id)
    asker = _Asker(
        ground=ground,
        merchant=merchant,
        origins=frozenset(origin for each in saved for origin in each.origins),
    )
    chosen = [each for each in saved if form_id in {None, each.form_id}]
    seen = await asyncio.gather(*(_form(asker, each) for each in chosen[:MOST_FORMS]))
    return FormsSeen(seen=tuple(seen), left_out=len(chosen[MOST_FORMS:]))


async def _form(asker: _Asker, setting: FormLinkage) -> FormSeen:
    ground, key = asker.ground, asker.merchant.embed_key
    (asked, form), page, flow = await asyncio.gather(
        _definition(asker, setting),
        _page(ground, setting.landing_page, key),
        _flow(asker, setting),
    )
    url = setting.button_url(ground.public_url)
    versions = () if form is None else form.versions
    return FormSeen(
        setting=setting,
        button_url=url,
        embed_code=embed_code(ground.public_url, key),
        embed_key=key,
        origins=asker.origins,
        now=ground.clock(),
        form=asked,
        versions=check_versions(versions, button_url=url, cta_label=setting.cta_label),
        page=page,
        flow=flow,
    )


async def _definition(
    asker: _Asker, setting: FormLinkage
) -> tuple[Asked, KlaviyoForm | None]:
    async def read() -> KlaviyoForm | None:
        klaviyo = await klaviyo_of(asker.ground, asker.merchant.id)
        return await form_with_versions(klaviyo.exchange, setting.form_id)

    asked, form = await ask(read())
    gone = asked.answer is Answer.YES and form is None
    return (Asked(answer=Answer.NOT_THERE) if gone else asked), form


async def _page(ground: Ground, url: str, key: str) -> PageSeen:
    page = await ground.pages.read(url)
    if isinstance(page, PageNotRead):
        return PageSeen(url=page.url, not_read=page.why.value)
    # A hostile page of the greatest length takes a second or two.
    reading = await asyncio.to_thread(read_page, page.html, ground.public_url)
    policies = (*page.policies, *reading.policies)
    nonces = [each.nonce for each in reading.scripts if each.key == key]
    return PageSeen(
        url=page.url,
        status=page.status,
        embed_keys=frozenset(each.key for each in reading.scripts),
        in_comments=frozenset(reading.in_comments),
        policy_forbids=bool(nonces)
        and all(
            forbids(policies, nonce, ground.public_url, page.url) for nonce in nonces
        ),
    )


async def _flow(asker: _Asker, setting: FormLinkage) -> FlowSeen | None:
    """None without flow timing, and where a call that came lately is the proof."""
    called_at = setting.webhook_seen_at
    lately = asker.ground.clock() - _CALLED_LATELY
    if setting.timing is not FormTiming.FLOW:
        return None
    if called_at is not None and called_at >= lately:
        return None
    asked, found = await ask(
        _look_through_flows(asker, setting), seconds=_SECONDS_FOR_FLOWS
    )
    return found or FlowSeen(asked=asked)


async def _look_through_flows(asker: _Asker, setting: FormLinkage) -> FlowSeen:
    """As far as the first that calls us, and no further than a few."""
    public_url = asker.ground.public_url
    wanted = setting.webhook_url(public_url, asker.merchant.webhook_key)
    klaviyo = await klaviyo_of(asker.ground, asker.merchant.id)
    flows = await live_flows(klaviyo.exchange)
    for looked, each in enumerate(flows[:_MOST_FLOWS], start=1):
        flow = await flow_with_webhooks(klaviyo.exchange, each.id)
        called = () if flow is None else flow.webhooks
        if wanted in {url.strip().rstrip("/") for url in called}:
            return _flows(len(flows), looked, calls_us=True)
    return _flows(len(flows), min(len(flows), _MOST_FLOWS), calls_us=False)


def _flows(live: int, looked_at: int, *, calls_us: bool) -> FlowSeen:
    return FlowSeen(
        asked=Asked(answer=Answer.YES),
        calls_us=calls_us,
        looked_at=looked_at,
        live_flows=live,
    )
