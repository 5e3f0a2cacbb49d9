"""Over MCP a write asks; a person of the shop answers; the outcome is heard once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from marketing_agent.core.callers import CallerKind, Role
from marketing_agent.services.approval_requests import MOST_OPEN
from marketing_agent.services.changes import APPROVAL_LIFE
from tests.api.over_mcp.clients import called, mcp_client, refused
from tests.desk import EMAIL

if TYPE_CHECKING:
    import httpx

    from marketing_agent.core.callers import Caller
    from tests.desk import Desk

Json = dict[str, Any]
YES, NO = {"approved": True}, {"approved": False, "reason": "Not this week."}
REQUESTS = "/api/v1/approval-requests"


async def _ask(desk: Desk, tool: str, arguments: Json) -> Json:
    async with mcp_client(desk) as client:
        await client.list_tools()
        return await called(client, tool, arguments)


async def _answer(
    desk: Desk, asked: Json, answer: Json, caller: Caller | None = None
) -> httpx.Response:
    where = f"{REQUESTS}/{asked['approval_request']['id']}"
    return await desk.post(where, answer, caller)


async def _listed(desk: Desk, caller: Caller | None = None, **query: str) -> Any:
    token = desk.tokens.token_for(caller or desk.caller())
    headers = {"Authorization": f"Bearer {token}"}
    return (await desk.http.get(REQUESTS, headers=headers, params=query)).json()


async def _names(desk: Desk) -> list[str]:
    shown = await desk.block("show_qr_links")
    return [each["name"] for each in shown["qr_links"]]


@pytest.mark.parametrize("kind", CallerKind)
async def test_a_write_changes_nothing_and_says_where_to_confirm(
    desk: Desk, kind: CallerKind
) -> None:
    """Not even with a person's own token: over MCP a program holds it."""
    before = await desk.counts()
    async with mcp_client(desk, desk.caller(kind)) as client:
        await client.list_tools()
        told = await called(client, "create_qr_link", EMAIL)

    request = told["approval_request"]
    assert (told["status"], told["data"], told["change_id"]) == ("pending", None, None)
    assert request["confirm_at"].endswith(f"{REQUESTS}/{request['id']}")
    assert request["expires_at"] > request["asked_at"]
    assert request["after"]["name"] == "Newsletter"
    assert await desk.counts() == before | {"approval_requests": 1}


async def test_a_change_shows_what_is_now_and_what_would_be(desk: Desk) -> None:
    """Before and after have the same fields, in the answer and in the list."""
    slug = (await desk.write("create_qr_link", EMAIL))["slug"]
    wanted = EMAIL | {"slug": slug, "name": "Spring"}

    told = await _ask(desk, "update_qr_link", wanted)

    (line,) = await _listed(desk, state="pending")
    assert line["before"]["name"] == "Newsletter"
    assert line["after"]["name"] == "Spring"
    assert line["before"].keys() == line["after"].keys()
    assert (told["approval_request"]["before"], line["title"]) == (
        line["before"],
        "Change a custom QR code",
    )


async def test_after_a_yes_the_same_call_gives_the_outcome(desk: Desk) -> None:
    """The person's answer makes the write, once, however often anybody asks."""
    asked = await _ask(desk, "create_qr_link", EMAIL)

    answer = (await _answer(desk, asked, YES)).json()
    told = await _ask(desk, "create_qr_link", EMAIL)
    again = await _ask(desk, "create_qr_link", EMAIL)

    assert (told["status"], told["data"]) == ("done", answer["block"])
    assert told["change_id"] == answer["change_id"] == again["change_id"]
    assert await _names(desk) == ["Newsletter"]


async def test_the_trail_names_who_asked_and_who_approved(desk: Desk) -> None:
    """The change is the person's; the request says which program wanted it."""
    program = desk.caller(CallerKind.MCP)
    asked = await _ask(desk, "create_qr_link", EMAIL)
    answer = (await _answer(desk, asked, YES)).json()

    (line,) = await _listed(desk)
    (change,) = (await desk.block("show_changes"))["changes"]
    assert (line["asked_by"], line["asked_kind"]) == (program.subject, "mcp")
    assert (line["answered_by"], line["state"]) == (desk.caller().subject, "approved")
    assert change["id"] == answer["change_id"]


async def test_the_first_answer_counts(desk: Desk) -> None:
    """A second answer, even the opposite one, does nothing and hears the first."""
    asked = await _ask(desk, "create_qr_link", EMAIL)
    first = (await _answer(desk, asked, YES)).json()
    second = (await _answer(desk, asked, NO)).json()

    assert second == first
    assert await _names(desk) == ["Newsletter"]


async def test_a_no_is_told_with_its_reason(desk: Desk) -> None:
    """Nothing is written, and asking again does not ask again."""
    asked = await _ask(desk, "create_qr_link", EMAIL)
    await _answer(desk, asked, NO)
    await _answer(desk, asked, YES)

    told = await _ask(desk, "create_qr_link", EMAIL)

    assert told["status"] == "rejected"
    assert told["approval_request"]["reason"] == "Not this week."
    assert await _names(desk) == []


async def test_another_request_id_asks_for_the_same_once_more(desk: Desk) -> None:
    """Two codes of one name are two wishes, if they are named apart."""
    for name in ("first", "second"):
        asked = await _ask(desk, "create_qr_link", EMAIL | {"request_id": name})
        await _answer(desk, asked, YES)

    assert await _names(desk) == ["Newsletter", "Newsletter"]


async def test_an_edited_yes_is_checked_again(desk: Desk) -> None:
    """What cannot be done is refused and still open; what can is done as edited."""
    asked = await _ask(desk, "create_qr_link", EMAIL)
    unfit = await _answer(desk, asked, YES | {"editedArgs": {"name": "x" * 101}})
    edited = EMAIL | {"name": "Autumn"}
    answer = await _answer(desk, asked, YES | {"editedArgs": edited})

    told = await _ask(desk, "create_qr_link", EMAIL)

    assert unfit.status_code == 422
    assert answer.json()["request"]["approved_arguments"]["name"] == "Autumn"
    assert told["data"]["name"] == "Autumn"
    assert await _names(desk) == ["Autumn"]


async def test_what_changed_meanwhile_is_asked_again(desk: Desk) -> None:
    """The first yes is to something that is not so any more; the second one counts."""
    slug = (await desk.write("create_qr_link", EMAIL))["slug"]
    asked = await _ask(desk, "update_qr_link", EMAIL | {"slug": slug, "name": "A"})
    await desk.write("update_qr_link", EMAIL | {"slug": slug, "name": "B"})

    stale = await _answer(desk, asked, YES)
    (line,) = await _listed(desk)
    renamed = await _names(desk)
    fresh = await _answer(desk, asked, YES)

    assert (stale.status_code, stale.json()["error"]) == (409, "TargetChanged")
    assert (line["state"], line["before"]["name"]) == ("pending", "B")
    assert renamed == ["B"]
    assert fresh.status_code == 200
    assert await _names(desk) == ["A"]


async def test_an_expired_request_says_so(desk: Desk) -> None:
    """Nobody can answer it any more; the same call then asks anew."""
    asked = await _ask(desk, "create_qr_link", EMAIL)
    desk.clock.now += APPROVAL_LIFE + timedelta(seconds=1)

    late = await _answer(desk, asked, YES)
    (line,) = await _listed(desk, state="expired")
    anew = await _ask(desk, "create_qr_link", EMAIL)

    assert (late.status_code, late.json()["error"]) == (403, "ApprovalExpired")
    assert (
        line["id"] == asked["approval_request"]["id"] != anew["approval_request"]["id"]
    )
    assert anew["status"] == "pending"


@pytest.mark.parametrize(
    ("kind", "role", "error"),
    [
        (CallerKind.MCP, Role.OWNER, "OnlyForPeople"),
        (CallerKind.AGENT, Role.OWNER, "OnlyForPeople"),
        (CallerKind.HUMAN, Role.VIEWER, "OnlyPeopleApprove"),
    ],
)
async def test_who_asks_cannot_answer(
    desk: Desk, kind: CallerKind, role: Role, error: str
) -> None:
    """A program cannot say yes to itself, and a viewer to nothing."""
    asked = await _ask(desk, "create_qr_link", EMAIL)
    answer = await _answer(desk, asked, YES, desk.caller(kind, role))

    assert (answer.status_code, answer.json()["error"]) == (403, error)
    assert await _names(desk) == []


async def test_another_merchant_neither_sees_nor_answers(desk: Desk) -> None:
    """Not even with the id of the request."""
    asked = await _ask(desk, "create_qr_link", EMAIL)
    neighbour = desk.caller(merchant_id=desk.neighbour_id)

    assert await _listed(desk, neighbour) == []
    assert (await _answer(desk, asked, YES, neighbour)).status_code == 404
    assert await _names(desk) == []


async def test_nobody_is_asked_about_what_cannot_be_done(desk: Desk) -> None:
    """Unfit arguments, missing targets and odd request ids are errors at once."""
    gone = EMAIL | {"slug": "gone"}
    async with mcp_client(desk) as client:
        errors = [
            await refused(client, "create_qr_link", {"name": "x"}),
            await refused(client, "update_qr_link", gone),
            await refused(client, "create_qr_link", EMAIL | {"request_id": 7}),
        ]

    codes = [each["code"] for each in errors]
    assert codes == ["MissingVariable", "NotFound", "RequestIdUnusable"]
    assert (await desk.counts())["approval_requests"] == 0


async def test_a_program_cannot_flood_the_shop_with_requests(desk: Desk) -> None:
    """After fifty open ones it is told to wait for answers."""
    async with mcp_client(desk) as client:
        for number in range(MOST_OPEN):
            await called(client, "create_qr_link", EMAIL | {"request_id": str(number)})
        error = await refused(client, "create_qr_link", EMAIL)

    assert error["code"] == "TooManyRequests"


async def test_two_answers_at_once_make_one_change(desk: Desk) -> None:
    """Both clicks hear the same change, and there is one custom QR code."""
    asked = await _ask(desk, "create_qr_link", EMAIL)

    both = await asyncio.gather(*(_answer(desk, asked, YES) for _ in range(2)))

    assert both[0].json() == both[1].json()
    assert (await desk.counts())["changes"] == 1


async def test_the_same_call_twice_at_once_asks_once(desk: Desk) -> None:
    """A client that sends again while the first is on its way makes no second one."""
    async with mcp_client(desk) as client:
        both = await asyncio.gather(
            *(called(client, "create_qr_link", EMAIL) for _ in range(2))
        )

    assert both[0] == both[1]
    assert (await desk.counts())["approval_requests"] == 1
