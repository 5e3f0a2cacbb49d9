"""Segments and tags over HTTP: kept apart, saved by a click, undone like all else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from marketing_agent.core.callers import CallerKind, Role
from tests.api.status.shop import one_linked
from tests.services.undo_story import HANA, KENTA, make, undo

if TYPE_CHECKING:
    import httpx

    from marketing_agent.core.callers import Caller
    from marketing_agent.services.changes import Json
    from tests.desk import Desk

BOTH = [HANA.line_user_id, KENTA.line_user_id]


async def _ask(
    desk: Desk,
    method: str,
    path: str,
    body: Json | None = None,
    caller: Caller | None = None,
) -> httpx.Response:
    token = desk.tokens.token_for(caller or desk.caller())
    headers = {"Authorization": f"Bearer {token}"}
    return await desk.http.request(method, f"/api/v1{path}", json=body, headers=headers)


async def _done(desk: Desk, method: str, path: str, body: Json | None = None) -> Any:
    answer = await _ask(desk, method, path, body)
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


async def _tag(desk: Desk, name: str = "VIP") -> int:
    return int((await _done(desk, "POST", "/tags", {"name": name}))["tag_id"])


async def _tags(desk: Desk) -> list[tuple[str, int]]:
    rows = await _done(desk, "GET", "/tags")
    return [(row["name"], row["friends"]) for row in rows]


async def test_a_tags_life(desk: Desk) -> None:
    """Made, put on, renamed, taken off, deleted; each step undone on the way back."""
    await one_linked(desk)
    tag = await _tag(desk)
    put = await _done(desk, "POST", f"/tags/{tag}/friends", {"line_user_ids": BOTH})
    assert put["friends"] == 1, "Kenta was never met"
    assert await _tags(desk) == [("VIP", 1)]
    renamed = await _done(desk, "PUT", f"/tags/{tag}", {"name": "Gold"})
    off = {"line_user_ids": BOTH, "on": False}
    taken = await _done(desk, "POST", f"/tags/{tag}/friends", off)
    deleted = await _done(desk, "DELETE", f"/tags/{tag}")
    assert (taken["friends"], await _tags(desk)) == (1, [])

    states = []
    for change in (deleted, taken, renamed, put):
        await undo(desk, change["change_id"])
        states.append(await _tags(desk))
    assert states == [[("Gold", 0)], [("Gold", 1)], [("VIP", 1)], [("VIP", 0)]]
    info = await desk.block("query_linkage_status", {"line_user_id": BOTH[0]})
    assert info["tags"] == []


async def test_a_tag_that_comes_back_is_on_its_friends_again(desk: Desk) -> None:
    """And its name may have been given to another one meanwhile."""
    await one_linked(desk)
    tag = await _tag(desk)
    await _done(desk, "POST", f"/tags/{tag}/friends", {"line_user_ids": BOTH})
    gone = await _done(desk, "DELETE", f"/tags/{tag}")
    other = await _tag(desk)
    call = {"change_id": gone["change_id"]}
    approval = await desk.approve("undo_change", call)
    answer = await desk.call("undo_change", call, approval=approval)
    assert (answer.status_code, answer.json()["error"]) == (409, "TagNameTaken")

    await _done(desk, "PUT", f"/tags/{other}", {"name": "Other"})
    await undo(desk, gone["change_id"])

    assert await _tags(desk) == [("Other", 0), ("VIP", 1)]


async def test_a_tag_that_segments_use_is_not_deleted(desk: Desk) -> None:
    """The answer names them; without them it goes, and they come back only with it."""
    await one_linked(desk)
    tag = await _tag(desk)
    created = await desk.write("create_segment", {"name": "Gold", "tags": ["VIP"]})
    refused = await _ask(desk, "DELETE", f"/tags/{tag}")
    assert (refused.status_code, refused.json()["error"]) == (409, "TagInUse")
    assert '"Gold"' in refused.json()["message"]
    assert (await _done(desk, "GET", "/tags"))[0]["segments"] == ["Gold"]

    number = {"segment_id": created["segment_id"]}
    gone = await make(desk, "delete_segment", number)
    await _done(desk, "DELETE", f"/tags/{tag}")
    call = {"change_id": gone}
    approval = await desk.approve("undo_change", call)
    answer = await desk.call("undo_change", call, approval=approval)
    assert (answer.status_code, answer.json()["error"]) == (409, "TagGone")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 61])
async def test_a_tags_name_has_to_fit(desk: Desk, name: str) -> None:
    """Refused with words, and nothing is stored."""
    answer = await _ask(desk, "POST", "/tags", {"name": name})
    assert answer.status_code == 422
    assert (await desk.counts())["tags"] == 0


async def test_a_segment_holds_who_fits_now(desk: Desk) -> None:
    """By linkage and tag together; it follows what becomes of its friends."""
    await one_linked(desk)
    tag = await _tag(desk)
    asked = {"name": "Linked VIPs", "klaviyo_id_linkage": "linked", "tags": ["VIP"]}
    card = await desk.write("create_segment", asked)
    assert card["friends"] == 0
    await _done(desk, "POST", f"/tags/{tag}/friends", {"line_user_ids": BOTH})

    path = f"/segments/{card['segment_id']}"
    shown = await _done(desk, "GET", path)
    found = await _done(
        desk, "POST", "/friends/search", {"segment_id": card["segment_id"]}
    )

    assert (shown["friends"], shown["tags"]) == (1, ["VIP"])
    assert shown["conditions"] == {
        "klaviyo_id_linkage": "linked",
        "follow_status": ["following"],
    }
    assert [each["line_user_id"] for each in found["friends"]] == [HANA.line_user_id]
    await desk.write("unlink_friend", {"line_user_id": HANA.line_user_id})
    assert (await _done(desk, "GET", path))["friends"] == 0


async def test_a_segment_is_changed_by_a_click_and_back_by_an_undo(desk: Desk) -> None:
    """Name and conditions at once; the tools and the dashboard see the same."""
    card = await desk.write(
        "create_segment", {"name": "Linked", "klaviyo_id_linkage": "linked"}
    )
    path = f"/segments/{card['segment_id']}"
    before = await _done(desk, "GET", path)
    new = {"name": "Lost", "follow_status": ["left"], "linked_since": "2026-01-01"}

    change = await _done(desk, "PUT", path, new)

    after = await _done(desk, "GET", path)
    assert (after["name"], after["conditions"]) == (
        "Lost",
        {"follow_status": ["left"], "linked_since": "2026-01-01"},
    )
    redone = await undo(desk, change["change_id"])
    assert await _done(desk, "GET", path) == before
    await undo(desk, redone)
    assert (await desk.block("show_segments"))["segments"][0]["name"] == "Lost"


@pytest.mark.parametrize(
    ("asked", "status", "error"),
    [
        ({"name": ""}, 422, "SegmentName"),
        ({"name": "x", "tags": ["Nobody's"]}, 422, "UnknownTags"),
        ({"name": "x", "tags": ["\0"]}, 422, "BadArguments"),
        ({"name": "x", "linked_since": "yesterday"}, 422, "BadArguments"),
        (
            {"name": "x", "klaviyo_id_linkage": "unlinked", "methods": ["pin"]},
            422,
            "UnusableConditions",
        ),
        ({"name": "Taken"}, 409, "SegmentNameTaken"),
    ],
)
async def test_a_segment_that_makes_no_sense_is_refused(
    desk: Desk, asked: Json, status: int, error: str
) -> None:
    """With the reason, by the time it is saved at the latest; nothing is stored."""
    await desk.write("create_segment", {"name": "Taken"})

    approved = await desk.ask_approval("create_segment", asked)
    answer = approved
    if approved.status_code == 201:
        approval = approved.json()["approval_id"]
        answer = await desk.call("create_segment", asked, approval=approval)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert (await desk.counts())["segments"] == 1


async def test_only_people_who_may_change_things_click(desk: Desk) -> None:
    """A viewer and a program get a 403; a neighbour finds nothing to change."""
    tag = await _tag(desk)
    for who in (desk.caller(role=Role.VIEWER), desk.caller(CallerKind.AGENT)):
        answer = await _ask(desk, "PUT", f"/tags/{tag}", {"name": "Mine"}, who)
        assert answer.status_code == 403
    neighbour = desk.caller(merchant_id=desk.neighbour_id)
    answer = await _ask(desk, "PUT", f"/tags/{tag}", {"name": "Mine"}, neighbour)
    assert answer.status_code == 404
    assert await _tags(desk) == [("VIP", 0)]
