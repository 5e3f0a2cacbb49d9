"""The opposite of an unlink: a decision that takes effect at once or is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketing_agent.core.facts import Decider, Erased, FactKey, Gone, Unlink
from marketing_agent.core.signals import LineUserId, ProfileId
from marketing_agent.services import linking, pinning
from marketing_agent.storage import links
from tests.services.undo_story import (
    HANA,
    KENTA,
    UNLINK_HANA,
    make,
    open_as,
    try_undo,
    two_customers,
    undo,
    visible,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from marketing_agent.core.facts import Fact
    from tests.desk import Desk

_HANA = LineUserId(HANA.line_user_id)


async def _hanas_profile(desk: Desk) -> ProfileId:
    async with desk.ground.database.transaction() as tx:
        link = await links.of_line_user(tx, desk.merchant_id, _HANA)
    assert link is not None
    return link.profile


async def _settle(desk: Desk, fact: Fact) -> None:
    async with desk.ground.database.merchant_transaction(desk.merchant_id) as tx:
        await linking.settle(tx, desk.merchant_id, [fact], desk.clock())


async def _she_leaves(desk: Desk, _slug: str, _profile: ProfileId) -> None:
    desk.clock.move(minutes=1)
    await desk.line.block(HANA.line_user_id)
    await desk.line.webhooks_settled()
    await desk.work()


async def _she_takes_another_profile(
    desk: Desk, slug: str, _profile: ProfileId
) -> None:
    await open_as(desk, HANA, KENTA.email, slug)


async def _another_takes_the_profile(
    desk: Desk, slug: str, _profile: ProfileId
) -> None:
    await open_as(desk, KENTA, HANA.email, slug)


async def _the_profile_goes(desk: Desk, _slug: str, profile: ProfileId) -> None:
    now = desk.clock()
    gone = Gone(key=FactKey("gone"), at=now, stored=now, profile=profile)
    await _settle(desk, gone)


async def _she_says_no(desk: Desk, _slug: str, _profile: ProfileId) -> None:
    desk.clock.move(minutes=1)
    now = desk.clock()
    no = Unlink(
        key=FactKey("no"), at=now, stored=now, line_user=_HANA, by=Decider.CUSTOMER
    )
    await _settle(desk, no)


async def _she_is_erased(desk: Desk, _slug: str, _profile: ProfileId) -> None:
    desk.clock.move(minutes=1)
    now = desk.clock()
    erased = Erased(key=FactKey("erased"), at=now, stored=now, line_user=_HANA)
    await _settle(desk, erased)


@pytest.mark.parametrize(
    ("since", "refusal"),
    [
        (_she_leaves, pinning.NoFriendNow),
        (_she_takes_another_profile, pinning.FriendTaken),
        (_another_takes_the_profile, pinning.ProfileTaken),
        (_the_profile_goes, pinning.ProfileGone),
        (_she_says_no, pinning.WithdrawnByCustomer),
        (_she_is_erased, pinning.WithdrawnByCustomer),
    ],
)
async def test_an_undo_that_came_too_late_says_why_and_leaves_nothing(
    desk: Desk,
    since: Callable[[Desk, str, ProfileId], Awaitable[None]],
    refusal: type[Exception],
) -> None:
    """No fact, no link, no change is stored, and the approval stays unused."""
    slug = await two_customers(desk)
    profile = await _hanas_profile(desk)
    change = {"change_id": await make(desk, "unlink_friend", UNLINK_HANA)}
    await since(desk, slug, profile)
    approval = await desk.approve("undo_change", change)
    before, counts = await visible(desk), await desk.counts()

    answer = await desk.call("undo_change", change, approval=approval)

    assert (answer.status_code, answer.json()["error"]) == (409, refusal.__name__)
    assert await desk.counts() == counts
    assert await visible(desk) == before
    (newest, *_) = (await desk.block("show_changes"))["changes"]
    assert newest["can_be_undone"]


async def test_what_was_refused_can_be_done_when_she_is_back(desk: Desk) -> None:
    """The same yes is still good once the reason is gone."""
    slug = await two_customers(desk)
    before = await visible(desk)
    change = {"change_id": await make(desk, "unlink_friend", UNLINK_HANA)}
    approval = await desk.approve("undo_change", change)
    await _she_leaves(desk, slug, ProfileId(""))
    refused = await desk.call("undo_change", change, approval=approval)

    desk.clock.move(minutes=1)
    await desk.line.unblock(HANA.line_user_id)
    await desk.line.webhooks_settled()
    await desk.work()
    done = await desk.call("undo_change", change, approval=approval)

    assert (refused.status_code, done.status_code) == (409, 200)
    assert await visible(desk) == before


async def test_a_newer_login_takes_the_customers_no_back(desk: Desk) -> None:
    """The merchant's unlink still holds it, and the merchant may lift that now."""
    slug = await two_customers(desk)
    profile = await _hanas_profile(desk)
    change = await make(desk, "unlink_friend", UNLINK_HANA)
    await _she_says_no(desk, slug, profile)
    assert await try_undo(desk, change) == (409, "WithdrawnByCustomer")

    await open_as(desk, HANA, HANA.email, slug)
    assert (await visible(desk))["links"][HANA.line_user_id] is None
    await undo(desk, change)

    assert (await visible(desk))["links"][HANA.line_user_id] == profile


async def test_linking_again_shows_the_merchants_hand(desk: Desk) -> None:
    """The friend's page says how, and Klaviyo hears of a link once more."""
    await two_customers(desk)
    profile = await _hanas_profile(desk)
    await undo(desk, await make(desk, "unlink_friend", UNLINK_HANA))
    await desk.work()

    info = await desk.block("query_linkage_status", UNLINK_HANA)
    said = (await desk.call("query_linkage_status", UNLINK_HANA)).json()["text"]

    assert (info["linked"], info["method"], info["profile_id"]) == (
        True,
        "pin",
        profile,
    )
    assert said == f"Linked to profile {profile} by pin (the merchant)."
    assert [each["what"] for each in info["trail"]] == ["linked", "unlinked", "linked"]
    assert len(desk.klaviyo.events(profile)) == 2


async def test_undoing_the_relink_never_ends_another_link(desk: Desk) -> None:
    """The customer unlinked and took another profile since: that link stays."""
    slug = await two_customers(desk)
    relink = await undo(desk, await make(desk, "unlink_friend", UNLINK_HANA))
    await _she_says_no(desk, slug, ProfileId(""))
    await open_as(desk, HANA, KENTA.email, slug)
    before = await visible(desk)

    assert await try_undo(desk, relink) == (409, "NotLinked")

    assert await visible(desk) == before
    assert before["links"][HANA.line_user_id] is not None


async def test_who_is_linked_already_is_not_linked_again(desk: Desk) -> None:
    """Asked for the pair that stands, it refuses instead of storing an empty fact."""
    await two_customers(desk)
    profile = await _hanas_profile(desk)
    write = pinning.link(desk.ground, _HANA, profile)

    async with desk.ground.database.merchant_transaction(desk.merchant_id) as tx:
        with pytest.raises(pinning.LinkedAlready):
            await write(tx, desk.merchant_id)
