"""The flows of a Klaviyo account: Get Flows and Get Flow (OpenAPI 2026-07-15).

Every function raises what the methods of `KlaviyoClient` raise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from marketing_agent.platforms.json_values import as_object
from marketing_agent.platforms.klaviyo import tiers
from marketing_agent.platforms.klaviyo.exchange import accepted, says_not_found
from marketing_agent.platforms.klaviyo.filters import equals
from marketing_agent.platforms.klaviyo.forms_wire import KlaviyoFlow, read_flow

if TYPE_CHECKING:
    from marketing_agent.platforms.klaviyo.exchange import KlaviyoExchange


async def live_flows(klaviyo: KlaviyoExchange) -> list[KlaviyoFlow]:
    """Every flow that runs; without the webhooks that they call."""
    query = {"filter": equals("status", "live")}
    call = klaviyo.call("get_flows", "GET", "/api/flows", tiers.FLOWS, query=query)
    return await klaviyo.pages(call, read_flow)


async def flow_with_webhooks(
    klaviyo: KlaviyoExchange, flow_id: str
) -> KlaviyoFlow | None:
    """Give one flow with its webhooks; None where Klaviyo has none of this id."""
    call = klaviyo.call(
        "get_flow",
        "GET",
        f"/api/flows/{quote(flow_id, safe='')}",
        tiers.FLOWS,
        query={"additional-fields[flow]": "definition"},
    )
    answer = await klaviyo.sender.send(call)
    if says_not_found(answer):
        return None
    return read_flow(as_object(accepted(call, answer).get("data")))
