"""The forms of the merchant's Klaviyo account, read live. Their names are data."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from marketing_agent.core.errors import BadInput, PlatformUnreachable
from marketing_agent.core.masked_text import masked_text
from marketing_agent.platforms.klaviyo.forms import all_forms, form_with_versions
from marketing_agent.services import connections

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.facts import FormId
    from marketing_agent.platforms.klaviyo.forms_wire import KlaviyoForm
    from marketing_agent.services.ground import Ground

_LONGEST_WAIT: Final = 6.0
"""Seconds: a write asks under the merchant's lock, which other work waits for."""
_LONGEST_NAME: Final = 200
_MOST_TOLD: Final = 5
_MOST_OF_A_NAME: Final = 60


class UnknownForm(BadInput):
    """Klaviyo has no form with the id {form_id}. {known}."""


async def forms_of(ground: Ground, merchant_id: int) -> list[KlaviyoForm]:
    """Every form, the last edited first. Raises SetupMissing and PlatformError."""
    async with ground.database.transaction() as tx:
        klaviyo = await connections.klaviyo_of(ground, tx, merchant_id)
    return await all_forms(klaviyo.exchange)


async def name_of(
    ground: Ground, tx: AsyncConnection, merchant_id: int, form_id: FormId
) -> str:
    """The form's name. Raises UnknownForm, SetupMissing and PlatformError."""
    klaviyo = await connections.klaviyo_of(ground, tx, merchant_id)
    try:
        async with asyncio.timeout(_LONGEST_WAIT):
            form = await form_with_versions(klaviyo.exchange, form_id)
            if form is None:
                told = _told(await all_forms(klaviyo.exchange))
                raise UnknownForm(form_id=form_id, known=told)
    except TimeoutError as error:
        raise PlatformUnreachable(platform="Klaviyo", detail="too slow") from error
    # PostgreSQL keeps no text with a NUL.
    return form.name.replace("\0", "")[:_LONGEST_NAME]


def shown_name(name: str) -> str:
    """A form's name as a sentence can hold it: one short line that tells on nobody."""
    return masked_text(" ".join(name.split()))[:_MOST_OF_A_NAME]


def _told(found: list[KlaviyoForm]) -> str:
    if not found:
        return "The account has no forms yet: create one in Klaviyo first"
    shown = [f'"{shown_name(each.name)}" ({each.id})' for each in found[:_MOST_TOLD]]
    more = f" and {len(found) - len(shown)} more" if len(found) > len(shown) else ""
    return f"There are: {', '.join(shown)}{more}"
