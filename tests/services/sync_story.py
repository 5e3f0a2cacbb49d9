"""Friends with an email or phone of their own, and what Klaviyo hears of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marketing_agent.core.friend_signals import SignalSource
from marketing_agent.core.signals import LineUserId
from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit
from marketing_agent.sandbox.seed import PERSONAS
from marketing_agent.services import friend_signals
from marketing_agent.services.ground import Work
from marketing_agent.services.merchants import merchant_of
from marketing_agent.storage import links, outbox, outcomes

if TYPE_CHECKING:
    from marketing_agent.core.links import Link
    from marketing_agent.sandbox.seed import Persona
    from tests.desk import Desk

HANA, KENTA = PERSONAS[:2]
OURS: Final = "LINE User ID"


def line_user(person: Persona) -> LineUserId:
    """This person's LINE User ID."""
    return LineUserId(person.line_user_id)


async def follow(desk: Desk, person: Persona) -> None:
    """Let this person add the account, for the first time or again."""
    if not desk.line.knows(person.line_user_id):
        desk.line.add_user(person.line_name, user_id=person.line_user_id)
    await desk.line.follow(person.line_user_id)
    await desk.line.webhooks_settled()


async def leave(desk: Desk, person: Persona) -> None:
    """Let this person block the account."""
    await desk.line.block(person.line_user_id)
    await desk.line.webhooks_settled()


async def give(
    desk: Desk,
    person: Persona,
    *,
    source: SignalSource = SignalSource.API,
    **values: str | None,
) -> bool:
    """Say what this person's email and phone are; whether anything changed."""
    merchant = await merchant_of(desk.ground, desk.merchant_id)
    async with desk.ground.database.merchant_transaction(desk.merchant_id) as tx:
        changed = await friend_signals.remember_signals(
            desk.ground,
            tx,
            merchant,
            line_user(person),
            email=values.get("email"),
            phone=values.get("phone"),
            source=source,
            at=desk.clock(),
        )
    await desk.ground.wake(Work.SYNC_FRIENDS, desk.merchant_id)
    return changed


async def work_on(desk: Desk, times: int = 3) -> None:
    """What workers do in the next minutes."""
    for _ in range(times):
        await desk.work()
        desk.clock.move(minutes=1)


async def auto_linked(desk: Desk, person: Persona, **held: Any) -> str:
    """A friend whose email a profile has, linked by it; gives the profile's id."""
    profile = desk.klaviyo.add_profile(email=person.email, properties=held)
    await follow(desk, person)
    await desk.work()
    await give(desk, person, email=person.email)
    await work_on(desk)
    assert (await link_of(desk, person)).profile == profile
    return profile


async def find_link(desk: Desk, person: Persona) -> Link | None:
    """The link of this person, if there is one."""
    async with desk.ground.database.transaction() as tx:
        return await links.of_line_user(tx, desk.merchant_id, line_user(person))


async def link_of(desk: Desk, person: Persona) -> Link:
    """The link of this person."""
    link = await find_link(desk, person)
    assert link is not None
    return link


async def rows(desk: Desk, person: Persona) -> list[int]:
    """The rows of the decision table that this person's attempts end in, oldest first.

    Attempts of one moment are in the order of their keys.
    """
    async with desk.ground.database.transaction() as tx:
        found = await outcomes.of_line_user(tx, desk.merchant_id, line_user(person))
    found.sort(key=lambda each: (each.claimed_at, each.outcome.claim))
    return [each.outcome.row for each in found]


async def waiting(desk: Desk) -> int:
    """How many items the outbox still has to tell."""
    async with desk.ground.database.transaction() as tx:
        return await outbox.pending(tx, desk.merchant_id)


def line_properties(desk: Desk, profile: str) -> dict[str, Any]:
    """What the profile carries of LINE."""
    shown = desk.klaviyo.profile(profile).properties
    return {name: value for name, value in shown.items() if name.startswith("LINE")}


def overwrite(desk: Desk, profile: str, name: str, value: object) -> None:
    """Let another tool write a property."""
    desk.klaviyo.edit_profile(profile, {}, PropertyEdit(set_to={name: value}))
