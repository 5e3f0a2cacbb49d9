"""The forms of a Klaviyo account: Get Forms and Get Form (OpenAPI 2026-07-15).

Every function raises what the methods of `KlaviyoClient` raise.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from marketing_agent.platforms.json_values import as_object
from marketing_agent.platforms.klaviyo import tiers
from marketing_agent.platforms.klaviyo.exchange import (
    accepted,
    says_not_found,
    unreadable,
)
from marketing_agent.platforms.klaviyo.forms_wire import KlaviyoForm, read_form

if TYPE_CHECKING:
    from marketing_agent.core.facts import FormId
    from marketing_agent.platforms.klaviyo.exchange import KlaviyoExchange

_FORM_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
_PAGE_SIZE: Final = "100"
"""The largest that Get Forms gives; its quota is 60 calls a minute."""


async def all_forms(klaviyo: KlaviyoExchange) -> list[KlaviyoForm]:
    """Every form, live or not, the last edited first; without their versions."""
    query = {"page[size]": _PAGE_SIZE, "sort": "-updated_at"}
    call = klaviyo.call("get_forms", "GET", "/api/forms", tiers.FORMS, query=query)
    return await klaviyo.pages(call, read_form)


async def form_with_versions(
    klaviyo: KlaviyoExchange, form_id: FormId
) -> KlaviyoForm | None:
    """Give one form with its versions; None where Klaviyo has none of this id."""
    if not _FORM_ID.fullmatch(form_id):
        return None
    call = klaviyo.call("get_form", "GET", f"/api/forms/{form_id}", tiers.FORMS)
    answer = await klaviyo.sender.send(call)
    if says_not_found(answer):
        return None
    found = read_form(as_object(accepted(call, answer).get("data")))
    if found is None:
        raise unreadable(call, "no form in it")
    return found
