"""Undo: the state before, once, newest first, and for this merchant alone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import pytest
from sqlalchemy import select, update

from marketing_agent.core.callers import CallerKind, Role
from marketing_agent.services.ground import Work
from marketing_agent.services.undo import INVERSES
from marketing_agent.storage.tables import changes
from marketing_agent.toolbox.catalogue import all_tools
from marketing_agent.toolbox.change_words import WORDS
from marketing_agent.toolbox.pages import Effect
from tests.desk import EMAIL
from tests.form_desk import DOUBLE_OPT_IN, FORM
from tests.services.undo_story import (
    HANA,
    KENTA,
    OTHER,
    UNLINK_HANA,
    forget_targets,
    held_pair,
    make,
    open_as,
    try_undo,
    two_customers,
    undo,
    visible,
)

if TYPE_CHECKING:
    from tests.desk import Desk, Json

WRITES: Final[dict[str, Json]] = {
    "create_qr_link": EMAIL,
    "update_qr_link": OTHER,
    "delete_qr_link": {},
    "configure_form_linkage": DOUBLE_OPT_IN | {"cta_label": "Other"},
    "remove_form_linkage": {"form_id": FORM["form_id"]},
    "start_import": {"segment_id": "SegNew", "property": "line_uid"},
    "stop_import": {},
    "unlink_friend": UNLINK_HANA,
    "set_auto_link": {"on": False},
    "set_integration": {"on": False},
    "create_segment": {"name": "Linked", "klaviyo_id_linkage": "linked"},
    "delete_segment": {},
    "resolve_conflict": {"decision": "replace"},
}


NO_OPPOSITE: Final = {"erase_friend"}
"""What cannot be undone, and says so before it is approved."""


async def _prepare(desk: Desk, tool: str) -> str:
    """Two customers, and what this write is about; gives the QR code's slug."""
    slug = await two_customers(desk)
    if tool == "delete_segment":
        await make(desk, "create_segment", WRITES["create_segment"])
    if tool == "resolve_conflict":
        await open_as(desk, KENTA, HANA.email, slug)
    return slug


async def _write(desk: Desk, tool: str, slug: str) -> int:
    named: Json = {}
    if tool in {"update_qr_link", "delete_qr_link"}:
        named = {"slug": slug}
    if tool == "delete_segment":
        (segment,) = (await desk.block("show_segments"))["segments"]
        named = {"segment_id": segment["segment_id"]}
    if tool == "resolve_conflict":
        named = await held_pair(desk)
    return await make(desk, tool, WRITES[tool] | named)


def test_every_write_has_words_and_is_tried_here() -> None:
    """A new tool that writes has to be undone below, and described."""
    effects = {name: tool.effect for name, tool in all_tools().tools.items()}
    writes = {name for name, effect in effects.items() if effect is Effect.WRITE}

    assert WRITES.keys() == writes - {"undo_change"} - NO_OPPOSITE
    assert WORDS.keys() >= writes | INVERSES.keys()


@pytest.mark.parametrize("tool", WRITES)
async def test_undo_gives_the_state_before_and_its_undo_the_state_after(
    desk: Desk, tool: str
) -> None:
    """As the merchant sees it: QR codes, both ends of links, and Klaviyo; twice."""
    slug = await _prepare(desk, tool)
    before = await visible(desk)
    change = await _write(desk, tool, slug)
    after = await visible(desk)
    assert after != before

    for _ in range(2):
        change = await undo(desk, change)
        assert await visible(desk) == before
        change = await undo(desk, change)
        assert await visible(desk) == after


async def test_another_tools_line_user_id_survives_undo_and_redo(desk: Desk) -> None:
    """What the profile held before any link is given back each time, and so is ours."""
    foreign = {"LINE User ID": "U" + "0123456789abcdef" * 2}
    await two_customers(desk, held=foreign)
    linked = (await visible(desk))["klaviyo"]

    change = await make(desk, "unlink_friend", UNLINK_HANA)
    assert foreign["LINE User ID"] in (await visible(desk))["klaviyo"].values()
    desk.wakes.heard.clear()
    undone = await undo(desk, change)
    assert desk.wakes.heard == [Work.DRAIN_OUTBOX]
    assert (await visible(desk))["klaviyo"] == linked
    await undo(desk, undone)
    assert foreign["LINE User ID"] in (await visible(desk))["klaviyo"].values()


@pytest.mark.parametrize("tool", WRITES)
async def test_a_change_of_the_first_version_can_be_undone(
    desk: Desk, tool: str
) -> None:
    """Its row names the inverse and has no target."""
    slug = await _prepare(desk, tool)
    before = await visible(desk)
    change = await _write(desk, tool, slug)
    await forget_targets(desk)

    await undo(desk, change)

    assert await visible(desk) == before


async def test_a_change_is_undone_once(desk: Desk) -> None:
    """The second time, the change that undid it is named."""
    change = await make(desk, "create_qr_link", EMAIL)
    by = await undo(desk, change)
    approval = await desk.approve("undo_change", {"change_id": change})

    again = await desk.call("undo_change", {"change_id": change}, approval=approval)

    assert (again.status_code, again.json()["error"]) == (409, "AlreadyUndone")
    assert f"by change {by}." in again.json()["message"]


async def test_two_undos_at_once_undo_once(desk: Desk) -> None:
    """Each has its own approval; one is told that the other was first."""
    change = await make(desk, "create_qr_link", EMAIL)

    answers = await asyncio.gather(*(try_undo(desk, change) for _ in range(6)))

    assert sorted(answers) == [(200, ""), *[(409, "AlreadyUndone")] * 5]
    assert (await visible(desk))["qr_links"] == []
    assert (await desk.counts())["changes"] == 2


async def test_undoing_twice_with_one_yes_is_undoing_once(desk: Desk) -> None:
    """The repeated call gets the first answer, also after the undo was undone."""
    change = {"change_id": await make(desk, "create_qr_link", EMAIL)}
    approval = await desk.approve("undo_change", change)
    first = await desk.call("undo_change", change, approval=approval)
    await undo(desk, first.json()["change_id"])

    again = await desk.call("undo_change", change, approval=approval)

    assert again.json() == first.json()
    assert (await desk.counts())["changes"] == 3


async def test_the_newest_change_of_a_thing_is_undone_first(desk: Desk) -> None:
    """Each refusal names the one that is next; another thing is in nobody's way."""
    created = await make(desk, "create_qr_link", EMAIL)
    slug = (await desk.block("show_qr_links"))["qr_links"][0]["slug"]
    changed = await make(desk, "update_qr_link", OTHER | {"slug": slug})
    deleted = await make(desk, "delete_qr_link", {"slug": slug})
    await make(desk, "create_qr_link", EMAIL)

    for refused in (created, changed):
        assert await try_undo(desk, refused) == (409, "NewerChange")
    for change in (deleted, changed, created):
        assert await try_undo(desk, change) == (200, "")

    (left,) = (await desk.block("show_qr_links"))["qr_links"]
    assert left["slug"] != slug


async def test_a_redone_change_is_in_the_way_again(desk: Desk) -> None:
    """The undo of an undo is the newest word on the thing, and is named."""
    created = await make(desk, "create_qr_link", EMAIL)
    slug = (await desk.block("show_qr_links"))["qr_links"][0]["slug"]
    changed = await make(desk, "update_qr_link", OTHER | {"slug": slug})
    redone = await undo(desk, await undo(desk, changed))
    approval = await desk.approve("undo_change", {"change_id": created})

    answer = await desk.call("undo_change", {"change_id": created}, approval=approval)

    assert answer.json() == {
        "error": "NewerChange",
        "message": "The same thing was changed again since. "
        f"Undo the newer change {redone} first.",
    }


@pytest.mark.parametrize("inverse", [None, {"tool": "sing", "arguments": {}}])
async def test_a_change_without_a_known_inverse_stays(
    desk: Desk, inverse: Json | None
) -> None:
    """Nothing is guessed, and the change is not marked."""
    change = await make(desk, "create_qr_link", EMAIL)
    async with desk.ground.database.transaction() as tx:
        await tx.execute(update(changes).values(inverse=inverse))

    assert await try_undo(desk, change) == (409, "CannotBeUndone")
    async with desk.ground.database.transaction() as tx:
        assert list(await tx.scalars(select(changes.c.undone_by))) == [None]


async def test_nobody_undoes_what_is_not_theirs_or_never_was(desk: Desk) -> None:
    """The neighbour's number is as unknown as one that no change has."""
    change = await make(desk, "create_qr_link", EMAIL)
    neighbour = desk.caller(merchant_id=desk.neighbour_id)

    for who, number in ((neighbour, change), (desk.caller(), 2**63 - 1)):
        call = {"change_id": number}
        approved = await desk.ask_approval("undo_change", call, who)
        approval = approved.json()["approval_id"]
        answer = await desk.call("undo_change", call, approval=approval, caller=who)
        assert (answer.status_code, answer.json()["error"]) == (404, "NotFound")
    listed = await desk.call("show_changes", caller=neighbour)
    assert listed.json()["block"] == {"changes": []}
    assert len((await visible(desk))["qr_links"]) == 1


async def test_an_undo_needs_a_persons_yes(desk: Desk) -> None:
    """Like every write: no agent and no viewer approves one, and none runs without."""
    call = {"change_id": await make(desk, "create_qr_link", EMAIL)}
    agent = desk.caller(CallerKind.AGENT)
    viewer = desk.caller(role=Role.VIEWER)

    for who in (agent, viewer):
        assert (await desk.ask_approval("undo_change", call, who)).status_code == 403
        refused = await desk.call("undo_change", call, caller=who)
        assert (refused.status_code, refused.json()["error"]) == (403, "ApprovalNeeded")
    approval = await desk.approve("undo_change", call)
    by_viewer = await desk.call("undo_change", call, approval=approval, caller=viewer)
    by_agent = await desk.call("undo_change", call, approval=approval, caller=agent)

    assert (by_viewer.status_code, by_agent.status_code) == (403, 200)


async def test_an_erasure_cannot_be_undone(desk: Desk) -> None:
    """Nothing is kept that could bring the person back."""
    await two_customers(desk)
    change = await make(desk, "erase_friend", UNLINK_HANA)

    assert await try_undo(desk, change) == (409, "CannotBeUndone")
