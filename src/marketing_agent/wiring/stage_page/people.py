"""Whose inboxes and phones are on the stage, and how each of them stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from marketing_agent.core.signals import LineUserId
from marketing_agent.sandbox.seed import PERSONAS, VISITORS, Persona
from marketing_agent.storage import links

if TYPE_CHECKING:
    from marketing_agent.sandbox.shop import Customer, Mail
    from marketing_agent.wiring.stage_page.page import StagePage

PEOPLE: Final[dict[str, Persona]] = {each.key: each for each in (*PERSONAS, *VISITORS)}
"""By key; the first of them is the one whom the story is about."""
FIRST: Final = PERSONAS[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one person stands to the shop now."""

    person: Persona
    mails: tuple[Mail, ...]
    unread: int
    is_friend: bool
    is_linked: bool


async def standings(page: StagePage) -> list[Standing]:
    """Everybody on the stage."""
    linked = await _linked(page)
    return [_standing(page, each, linked) for each in PEOPLE.values()]


async def standing_of(page: StagePage, person: Persona) -> Standing:
    """One person."""
    return _standing(page, person, await _linked(page))


def customer_of(page: StagePage, person: Persona) -> Customer | None:
    """The person's profile in the shop's list; visitors are not in it yet."""
    customers = page.stage.shop.customers()
    return next((each for each in customers if each.email == person.email), None)


def _standing(page: StagePage, person: Persona, linked: set[str]) -> Standing:
    customer = customer_of(page, person)
    mails = () if customer is None else page.stage.shop.inbox(customer.id)
    return Standing(
        person=person,
        mails=mails,
        unread=sum(each.id not in page.opened for each in mails),
        is_friend=page.stage.line.is_friend(person.line_user_id),
        is_linked=person.line_user_id in linked,
    )


async def _linked(page: StagePage) -> set[str]:
    line_users = [LineUserId(each.line_user_id) for each in PEOPLE.values()]
    merchant_id = page.owner.merchant_id
    async with page.program.ground.database.transaction() as tx:
        found = await links.of_line_users(tx, merchant_id, line_users)
    return set(found)
