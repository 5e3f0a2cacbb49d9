"""Evidence about Form ID linkage: form, landing page and flow, each looked at live."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
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
_MOST_FLOWS: Final = 5
_SECONDS_FOR_FLOWS: Final = 8.0
_CALLED_LATELY: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asker:
    ground: Ground
    merchant: Merchant
    origins: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flows:
    """The live flows: so many of them, and what those that were looked at call."""

    asked: Asked
    called: frozenset[str] = frozenset()
    looked_at: int = 0
    live: int = 0


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
    named = [each for each in saved if form_id in {None, each.form_id}]
    chosen = named[:MOST_FORMS]
    waiting = [each for each in chosen if _waits_for_a_call(asker, each)]
    seen, flows = await asyncio.gather(
        asyncio.gather(*(_form(asker, each) for each in chosen)),
        _flows(asker, wanted=bool(waiting)),
    )
    return FormsSeen(
        seen=tuple(
            replace(each, flow=_flow(asker, each.setting, flows))
            if each.setting in waiting
            else each
            for each in seen
        ),
        left_out=len(named) - len(chosen),
    )


async def _form(asker: _Asker, setting: FormLinkage) -> FormSeen:
    ground, key = asker.ground, asker.merchant.embed_key
    (asked, form), page = await asyncio.gather(
        _definition(asker, setting), _page(ground, setting.landing_page, key)
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


def _waits_for_a_call(asker: _Asker, setting: FormLinkage) -> bool:
    """Whether a flow has to be looked for: a call that came lately proves it."""
    called_at = setting.webhook_seen_at
    lately = asker.ground.clock() - _CALLED_LATELY
    by_flow = setting.timing is FormTiming.FLOW
    return by_flow and (called_at is None or called_at < lately)


def _flow(asker: _Asker, setting: FormLinkage, flows: _Flows) -> FlowSeen:
    public_url = asker.ground.public_url
    wanted = setting.webhook_url(public_url, asker.merchant.webhook_key)
    return FlowSeen(
        asked=flows.asked,
        calls_us=wanted in flows.called,
        looked_at=flows.looked_at,
        live_flows=flows.live,
    )


async def _flows(asker: _Asker, *, wanted: bool) -> _Flows:
    """What the account's live flows call: one look for all forms, where any waits."""
    if not wanted:
        return _Flows(asked=Asked(answer=Answer.SILENT))

    async def read() -> _Flows:
        klaviyo = await klaviyo_of(asker.ground, asker.merchant.id)
        live = await live_flows(klaviyo.exchange)
        some = [
            await flow_with_webhooks(klaviyo.exchange, each.id)
            for each in live[:_MOST_FLOWS]
        ]
        called = [url for flow in some if flow is not None for url in flow.webhooks]
        return _Flows(
            asked=Asked(answer=Answer.YES),
            called=frozenset(url.strip().rstrip("/") for url in called),
            looked_at=len(some),
            live=len(live),
        )

    asked, found = await ask(read(), seconds=_SECONDS_FOR_FLOWS)
    return found or _Flows(asked=asked)
