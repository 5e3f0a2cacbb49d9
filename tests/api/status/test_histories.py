"""Changes and imports page by page, and custom QR codes with what came of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from marketing_agent.core.callers import CallerKind
from tests.api.asking import ask
from tests.api.status.shop import one_linked
from tests.desk import EMAIL

if TYPE_CHECKING:
    from tests.desk import Desk, Json


async def _changes(desk: Desk, **asked: object) -> Json:
    answer = await ask(desk, "GET", f"/changes?{urlencode(asked)}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_changes_come_page_by_page(desk: Desk) -> None:
    """Newest first, each once, to the end, and as the tool tells them."""
    for number in range(5):
        await desk.write("create_qr_link", EMAIL | {"name": f"Code {number}"})
    told, before = [], None
    while True:
        asked = {"limit": 2} | ({} if before is None else {"before": before})
        page = await _changes(desk, **asked)
        told += page["changes"]
        before = page["before"]
        if before is None:
            break
    assert told == (await desk.block("show_changes"))["changes"]
    assert [each["id"] for each in told] == [5, 4, 3, 2, 1]


async def test_an_older_page_knows_what_came_later(desk: Desk) -> None:
    """Whether a change can be undone depends on changes of other pages."""
    code = await desk.write("create_qr_link", EMAIL)
    changed = EMAIL | {"slug": code["slug"], "name": "Renamed"}
    await desk.write("update_qr_link", changed)

    [created] = (await _changes(desk, before=2))["changes"]
    assert (created["id"], created["can_be_undone"]) == (1, False)
    await desk.write("undo_change", {"change_id": 2})
    [created] = (await _changes(desk, before=2))["changes"]
    assert created["can_be_undone"]


async def test_changes_by_whom_what_and_when(desk: Desk) -> None:
    """Filters by the one who made it, the tool and the time, all at once."""
    await desk.write("create_qr_link", EMAIL)
    desk.clock.move(minutes=10)
    await desk.write("set_auto_link", {"on": False})
    later = desk.ground.clock() - timedelta(minutes=5)
    for asked, found in (
        ({"tool": "create_qr_link"}, [1]),
        ({"since": later.isoformat()}, [2]),
        ({"until": later.isoformat()}, [1]),
        ({"made_by": "Mei of the shop"}, [2, 1]),
        ({"made_by": "Nobody"}, []),
        ({"tool": "set_auto_link", "until": later.isoformat()}, []),
    ):
        told = (await _changes(desk, **asked))["changes"]
        assert [each["id"] for each in told] == found, asked
    japanese = await _changes(desk, language="ja", limit=1)
    assert japanese["changes"][0]["what"] == "自動連携をオフに変更"
    for odd in ("2026-11-23T00:00:00", "0", "0.5", "soon", "%00"):
        answer = await ask(desk, "GET", f"/changes?since={odd}")
        assert answer.status_code == 422, odd
    for far in ("0001-01-01T00:00:00%2B23:59", "9999-12-31T23:59:59-23:59"):
        answer = await ask(desk, "GET", f"/changes?since={far}")
        assert answer.status_code == 200, far


async def test_each_qr_code_tells_what_came_of_it(desk: Desk) -> None:
    """The one that linked Hana, and one that nobody used, newest first."""
    await one_linked(desk)
    desk.clock.move(minutes=1)
    await desk.write("create_qr_link", EMAIL | {"name": "Unused"})

    unused, used = (await ask(desk, "GET", "/qr-links")).json()

    figures = ("logged_in", "friends", "linked")
    assert [used[each] for each in figures] == [1, 1, 1]
    assert [unused[each] for each in figures] == [0, 0, 0]
    cards = (await desk.block("show_qr_links"))["qr_links"]
    assert [unused["qr_link"], used["qr_link"]] == cards


async def test_histories_are_for_the_people_of_the_shop(desk: Desk) -> None:
    """A neighbour finds none of it, and a program has the tools."""
    await one_linked(desk)
    neighbour = desk.caller(merchant_id=desk.neighbour_id)
    program = desk.caller(CallerKind.MCP)
    for path in ("/changes", "/import-runs", "/qr-links", "/klaviyo-budget"):
        answer = await ask(desk, "GET", path, caller=program)
        assert answer.json()["error"] == "OnlyForPeople"
        assert (await ask(desk, "GET", path, caller=neighbour)).status_code == 200
    assert (await ask(desk, "GET", "/changes", caller=neighbour)).json()[
        "changes"
    ] == []
    assert (await ask(desk, "GET", "/qr-links", caller=neighbour)).json() == []
