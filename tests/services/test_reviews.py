"""The review list: what waits for the merchant, and what becomes of a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketing_agent.core.facts import (
    Claim,
    Decider,
    Evidence,
    FactKey,
    FriendChange,
    Gone,
    Lookup,
    Merged,
    Method,
    Unlink,
)
from marketing_agent.core.match import Ambiguous
from marketing_agent.core.signals import LineUserId, ProfileId
from marketing_agent.sandbox.seed import PERSONAS
from marketing_agent.services import linking, reviews
from marketing_agent.storage import links
from tests.services.undo_story import (
    HANA,
    KENTA,
    UNLINK_HANA,
    held_pair,
    make,
    open_as,
    try_undo,
    try_write,
    two_customers,
    undo,
    visible,
)

if TYPE_CHECKING:
    from marketing_agent.core.facts import Fact
    from tests.desk import Desk, Json


async def _conflict(desk: Desk) -> Json:
    """Kenta opens Hana's email: her profile is taken. Gives what names the pair."""
    slug = await two_customers(desk)
    await open_as(desk, KENTA, HANA.email, slug)
    return await held_pair(desk)


async def _list(desk: Desk) -> list[tuple[str, int]]:
    page = await reviews.waiting(desk.ground, desk.merchant_id)
    return [(each.held.line_user, each.held.row) for each in page.items]


async def _owner(desk: Desk, profile: str) -> str | None:
    linked = (await visible(desk))["links"]
    return next((user for user, has in linked.items() if has == profile), None)


async def _learn(desk: Desk, *facts: Fact) -> None:
    async with desk.ground.database.merchant_transaction(desk.merchant_id) as tx:
        await linking.settle(tx, desk.merchant_id, facts, desk.clock())


async def test_replace_moves_the_profile_in_one_moment(desk: Desk) -> None:
    """Row 31: the old link is replaced, the new one made, and Klaviyo told of both."""
    pair = await _conflict(desk)
    profile = pair["profile_id"]
    assert await _list(desk) == [(KENTA.line_user_id, 31)]

    block = await desk.write("resolve_conflict", pair | {"decision": "replace"})

    assert block["unlinked"] == [
        {"line_user_id": HANA.line_user_id, "profile_id": profile}
    ]
    assert await _owner(desk, profile) == KENTA.line_user_id
    assert (await visible(desk))["klaviyo"][profile] == KENTA.line_user_id
    hana = await desk.block("query_linkage_status", UNLINK_HANA)
    assert hana["attempts"][0]["code"] == "replaced"
    assert hana["trail"][-1]["what"] == "replaced"
    assert await _list(desk) == []


async def test_keep_takes_it_off_the_list_until_that_is_undone(desk: Desk) -> None:
    """Links stay as they are; the undo of the undo keeps it again."""
    pair = await _conflict(desk)
    before = await visible(desk)

    change = await make(desk, "resolve_conflict", pair | {"decision": "keep"})

    assert await _list(desk) == []
    assert (await visible(desk))["links"] == before["links"]
    again = await undo(desk, change)
    assert await visible(desk) == before
    await undo(desk, again)
    assert await _list(desk) == []
    kenta = {"line_user_id": KENTA.line_user_id}
    told = await desk.block("query_linkage_status", kenta)
    assert told["attempts"][0]["code"] == "kept"


@pytest.mark.parametrize("decision", ["keep", "replace"])
async def test_a_decision_on_what_has_changed_since_is_refused(
    desk: Desk, decision: str
) -> None:
    """The link that it was about went; nothing is written, and the list says more."""
    pair = await _conflict(desk)
    await make(desk, "unlink_friend", UNLINK_HANA)
    before = await desk.counts()

    answer = await try_write(desk, "resolve_conflict", pair | {"decision": decision})

    assert (answer.status_code, answer.json()["error"]) == (409, "ChangedSince")
    assert (await desk.counts())["facts"] == before["facts"]
    fresh = await held_pair(desk)
    assert fresh["version"] != pair["version"]
    await make(desk, "resolve_conflict", fresh | {"decision": decision})


async def test_what_nobody_holds_cannot_be_decided(desk: Desk) -> None:
    """A pair that is in no list, and a list of another merchant."""
    pair = await _conflict(desk)
    other = pair | {"profile_id": "01NOBODY", "decision": "replace"}

    answer = await try_write(desk, "resolve_conflict", other)

    assert (answer.status_code, answer.json()["error"]) == (409, "NothingToDecide")
    page = await reviews.waiting(desk.ground, desk.neighbour_id)
    assert (page.items, page.total) == ((), 0)


async def test_a_replacement_by_somebody_who_left_changes_nothing(desk: Desk) -> None:
    """A pin needs a friend: the old link stands as if nobody had tried."""
    pair = await _conflict(desk)
    desk.clock.move(minutes=1)
    await desk.line.block(KENTA.line_user_id)
    await desk.line.webhooks_settled()
    before = await visible(desk)

    answer = await try_write(desk, "resolve_conflict", pair | {"decision": "replace"})

    assert (answer.status_code, answer.json()["error"]) == (409, "NoFriendNow")
    assert await visible(desk) == before


async def test_an_undo_is_refused_when_an_end_has_changed_since(desk: Desk) -> None:
    """Kenta unlinked himself meanwhile: there is no link to give back."""
    pair = await _conflict(desk)
    change = await make(desk, "resolve_conflict", pair | {"decision": "replace"})
    now, kenta = desk.clock(), LineUserId(KENTA.line_user_id)
    no = Unlink(
        key=FactKey("no"), at=now, stored=now, line_user=kenta, by=Decider.CUSTOMER
    )
    await _learn(desk, no)
    before = await visible(desk)

    assert await try_undo(desk, change) == (409, "EndChanged")
    assert await visible(desk) == before


async def test_several_profiles_with_one_address_are_chosen_from(desk: Desk) -> None:
    """Row 14: both are offered; the chosen one is linked, and the item is gone."""
    await two_customers(desk)
    now, aoi = desk.clock(), LineUserId(PERSONAS[2].line_user_id)
    twins = (ProfileId("01TWIN1"), ProfileId("01TWIN2"))
    dated = {"at": now, "stored": now, "line_user": aoi}
    claim = Claim(
        key=FactKey("claim"),
        method=Method.QR_LINK,
        evidence=Evidence.ONE_SIGNAL,
        **dated,
    )
    several = Ambiguous(row=14, profiles=twins)
    await _learn(
        desk,
        claim,
        FriendChange(key=FactKey("follow"), is_friend=True, **dated),
        Lookup(key=FactKey("lookup"), claim=claim.key, verdict=several, **dated),
    )

    (item,) = (await desk.block("query_linkage_status"))["reviews"]
    offered = [each["profile_id"] for each in item["candidates"]]
    assert (item["row"], offered) == (14, [*twins])
    assert item["reason"].startswith("2 Klaviyo profiles")
    pair = {"line_user_id": aoi, "profile_id": twins[1], "version": item["version"]}
    await desk.write("resolve_conflict", pair | {"decision": "replace"})

    async with desk.ground.database.transaction() as tx:
        linked = await links.of_line_user(tx, desk.merchant_id, aoi)
    assert linked is not None
    assert (linked.profile, await _list(desk)) == (twins[1], [])


async def test_a_suspended_link_waits_until_it_is_kept(desk: Desk) -> None:
    """Row 24: the profile is gone; no method, and no pin either, hides it."""
    await two_customers(desk)
    profile = next(p for p in (await visible(desk))["links"].values() if p)
    now = desk.clock()
    gone = Gone(key=FactKey("gone"), at=now, stored=now, profile=profile)
    await _learn(desk, gone)

    assert await _list(desk) == [(HANA.line_user_id, 24)]
    report = await desk.block("query_linkage_status")
    assert (report["linked"], report["reviews_waiting"]) == (0, 1)
    told = await desk.block("query_linkage_status", UNLINK_HANA)
    assert (told["linked"], told["suspended"]) == (False, True)
    assert told["why_not"]["row"] == 24

    pair = await held_pair(desk)
    change = await make(desk, "resolve_conflict", pair | {"decision": "keep"})
    assert await _list(desk) == []
    await undo(desk, change)
    assert await _list(desk) == [(HANA.line_user_id, 24)]


async def test_a_merge_that_two_claim_offers_the_survivor(desk: Desk) -> None:
    """Row 43: replace gives the suspended friend the profile that survived."""
    slug = await two_customers(desk)
    await open_as(desk, KENTA, KENTA.email, slug)
    ends = (await visible(desk))["links"]
    hanas = ProfileId(ends[HANA.line_user_id])
    kentas = ProfileId(ends[KENTA.line_user_id])
    now = desk.clock()
    await _learn(
        desk,
        Gone(key=FactKey("gone"), at=now, stored=now, profile=hanas),
        Merged(
            key=FactKey("merged"),
            at=now,
            stored=now,
            profile=hanas,
            into=kentas,
            line_user=LineUserId(HANA.line_user_id),
        ),
    )
    assert await _list(desk) == [(HANA.line_user_id, 43)]

    pair = await held_pair(desk)
    assert pair["profile_id"] == kentas
    await desk.write("resolve_conflict", pair | {"decision": "replace"})

    assert await _owner(desk, kentas) == HANA.line_user_id
    kenta = {"line_user_id": KENTA.line_user_id}
    assert (await desk.block("query_linkage_status", kenta))["linked"] is False


async def test_one_value_that_many_name_is_shown_without_the_value(desk: Desk) -> None:
    """Five LINE users behind one address: a broken link or a shared mailbox."""
    slug = await two_customers(desk)
    for person in PERSONAS[2:5]:
        desk.line.add_user(person.line_name, user_id=person.line_user_id)
        await open_as(desk, person, HANA.email, slug)
    page = await reviews.waiting(desk.ground, desk.merchant_id)
    assert page.shared == ()

    await open_as(desk, KENTA, HANA.email, slug)
    answer = await desk.call("query_linkage_status")

    (shared,) = answer.json()["block"]["shared_values"]
    assert (shared["what"], shared["line_users"]) == ("email", 5)
    assert (shared["setting"], shared["method"]) == (slug, "qr_link")
    assert HANA.email not in answer.text
    desk.clock.move(days=31)
    page = await reviews.waiting(desk.ground, desk.merchant_id)
    assert page.shared == ()


async def test_the_list_is_paged_without_gaps(desk: Desk) -> None:
    """Every item once, the latest first, whatever the size of a page."""
    slug = await two_customers(desk)
    for person in (*PERSONAS[2:5], KENTA):
        desk.line.add_user(person.line_name, user_id=person.line_user_id)
        await open_as(desk, person, HANA.email, slug)
    whole = await _list(desk)
    assert len(whole) == 4

    found: list[tuple[str, int]] = []
    after = None
    while True:
        page = await reviews.waiting(
            desk.ground, desk.merchant_id, after=after, limit=3
        )
        found += [(each.held.line_user, each.held.row) for each in page.items]
        after = page.after
        if after is None:
            break
    assert found == whole
