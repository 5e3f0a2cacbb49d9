"""The list of friends over HTTP, and one friend: what the dashboard draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from marketing_agent.core.callers import CallerKind, Role
from marketing_agent.sandbox.seed import PERSONAS
from tests.api.status.shop import one_linked
from tests.services.undo_story import HANA, KENTA

if TYPE_CHECKING:
    import httpx

    from marketing_agent.core.callers import Caller
    from tests.desk import Desk, Json

SEARCH = "/api/v1/friends/search"
UNLINKED = {"klaviyo_id_linkage": "unlinked"}


async def _get(desk: Desk, path: str, caller: Caller | None = None) -> httpx.Response:
    token = desk.tokens.token_for(caller or desk.caller())
    headers = {"Authorization": f"Bearer {token}"}
    return await desk.http.get(f"/api/v1{path}", headers=headers)


async def _search(desk: Desk, **asked: Any) -> Json:
    answer = await desk.post(SEARCH, asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def _two_friends(desk: Desk) -> None:
    """Hana is linked, Kenta follows and is not."""
    await one_linked(desk)
    desk.clock.move(minutes=1)
    await desk.line.follow(KENTA.line_user_id)
    await desk.line.webhooks_settled()
    await desk.work()


async def test_friends_are_listed_with_their_linkage(desk: Desk) -> None:
    """Newest first, with name, follow state, tags and link; counted if asked."""
    await _two_friends(desk)

    found = await _search(desk, count=True)

    kenta, hana = found["friends"]
    assert found["total"] == 2
    assert (kenta["line_user_id"], kenta["linked"]) == (KENTA.line_user_id, False)
    assert (hana["name"], hana["follow_status"]) == (HANA.line_name, "following")
    assert (hana["linked"], hana["method"]) == (True, "qr_link")
    unlinked = await _search(desk, conditions=UNLINKED, count=True)
    assert [each["line_user_id"] for each in unlinked["friends"]] == [
        KENTA.line_user_id
    ]


@pytest.mark.parametrize(
    "text",
    [
        HANA.email.upper(),
        HANA.line_user_id,
        HANA.line_name[:3].lower(),
        f"  {HANA.line_name} ",
    ],
)
async def test_a_friend_is_found_by_what_a_person_types(desk: Desk, text: str) -> None:
    """A whole email in any case, a LINE User ID, or the beginning of a name."""
    await _two_friends(desk)

    found = (await _search(desk, text=text))["friends"]

    assert [each["line_user_id"] for each in found] == [HANA.line_user_id]
    assert HANA.email not in str(found)


async def test_what_is_typed_is_in_no_address(desk: Desk) -> None:
    """Searching is a POST: an address would carry an email into logs."""
    answer = await _get(desk, f"/friends/search?text={HANA.email}")
    assert answer.status_code == 405


async def test_pages_go_on_where_the_last_one_ended(desk: Desk) -> None:
    """One friend a page, and nothing after the last; a made-up place is refused."""
    await _two_friends(desk)
    first = await _search(desk, limit=1)
    second = await _search(desk, limit=1, after=first["after"])

    people = [page["friends"][0]["line_user_id"] for page in (first, second)]
    assert people == [KENTA.line_user_id, HANA.line_user_id]
    assert second["after"] is None
    for made_up in ("x", "W10", "é", "WyJhIiwgImIiXQ", "A" * 600):
        answer = await desk.post(SEARCH, {"after": made_up})
        assert (answer.status_code, answer.json()["error"]) == (422, "NotAPlace")


async def test_one_friend_with_klaviyo_sync_info(desk: Desk) -> None:
    """Name and language for the person, and all that the tool tells."""
    await _two_friends(desk)

    answer = await _get(desk, f"/friends/{HANA.line_user_id.upper()}/detail")

    detail = answer.json()
    info = detail["klaviyo_sync_info"]
    assert (detail["name"], detail["follow_status"]) == (HANA.line_name, "following")
    assert info["view_in_klaviyo"].endswith(f"/profile/{info['profile_id']}")
    stranger = await _get(desk, f"/friends/{PERSONAS[3].line_user_id}/detail")
    assert stranger.status_code == 404


async def test_names_are_shown_to_people_of_the_shop_alone(desk: Desk) -> None:
    """Programs have the tools, which tell no names; a neighbour has other friends."""
    await _two_friends(desk)
    viewer = await desk.post(SEARCH, {}, desk.caller(role=Role.VIEWER))
    assert viewer.status_code == 200
    for kind in (CallerKind.AGENT, CallerKind.MCP):
        answer = await desk.post(SEARCH, {}, desk.caller(kind))
        assert (answer.status_code, answer.json()["error"]) == (403, "OnlyForPeople")
    neighbour = desk.caller(merchant_id=desk.neighbour_id)
    assert (await desk.post(SEARCH, {}, neighbour)).json()["friends"] == []
    theirs = await _get(desk, f"/friends/{HANA.line_user_id}/detail", neighbour)
    assert theirs.status_code == 404


async def test_an_address_for_a_name_is_masked(desk: Desk) -> None:
    """Whatever somebody calls themselves on LINE, no email goes out."""
    await one_linked(desk)
    odd = "aoi.mori@mail.test"
    user = desk.line.add_user(odd)
    (card,) = (await desk.block("show_qr_links"))["qr_links"]
    await desk.join(user, f"https://links.test/l/{card['slug']}?email={odd}")
    await desk.work()

    told = (await desk.post(SEARCH, {})).text

    assert user in told
    assert odd not in told


async def test_figures_for_the_dashboard(desk: Desk) -> None:
    """Linkage, coverage and reviews answer a viewer with the same counts."""
    await _two_friends(desk)
    viewer = desk.caller(role=Role.VIEWER)

    linkage = (await _get(desk, "/linkage", viewer)).json()
    days = (await _get(desk, "/coverage?days=7", viewer)).json()
    listed = (await _get(desk, "/reviews", viewer)).json()

    assert (linkage["friends"], linkage["linked"]) == (2, 1)
    assert linkage["by_method"] == days[-1]["by_method"] == {"qr_link": 1}
    (step,) = linkage["funnel"]
    assert (step["name"], step["logged_in"], step["linked"]) == ("Newsletter", 1, 1)
    assert listed == {"reviews": [], "shared_values": [], "total": 0, "after": None}
