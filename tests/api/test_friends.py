"""Friends' contacts over HTTP: entered by people, and nowhere to be read again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest
from sqlalchemy import select

from marketing_agent.core.callers import CallerKind, Role
from marketing_agent.services.contacts import MOST_ROWS
from marketing_agent.services.friend_signals import open_signals
from marketing_agent.storage import friends
from marketing_agent.storage.tables import approvals, changes
from tests.services.sync_story import (
    HANA,
    KENTA,
    auto_linked,
    find_link,
    follow,
    line_properties,
    line_user,
    work_on,
)

if TYPE_CHECKING:
    import httpx

    from marketing_agent.core.callers import Caller
    from marketing_agent.core.friend_signals import FriendSignals
    from marketing_agent.storage.friends import Friend
    from tests.desk import Desk

STRANGER: Final = "U" + "e" * 32
CSV: Final = "/api/v1/friends/contacts.csv"


async def put(
    desk: Desk, whom: str, body: dict[str, Any], caller: Caller | None = None
) -> httpx.Response:
    """Enter a friend's contact."""
    token = desk.tokens.token_for(caller or desk.caller())
    return await desk.http.put(
        f"/api/v1/friends/{whom}/contact",
        json=body,
        headers={"Authorization": f"Bearer {token}"},
    )


async def post_csv(
    desk: Desk, text: str | bytes, caller: Caller | None = None
) -> httpx.Response:
    """Hand over a file of contacts."""
    token = desk.tokens.token_for(caller or desk.caller())
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "text/csv"}
    return await desk.http.post(CSV, content=text, headers=headers)


async def known(desk: Desk, whom: str = HANA.line_user_id) -> Friend:
    """What is stored of a friend."""
    async with desk.ground.database.transaction() as tx:
        found = await friends.find(tx, desk.merchant_id, line_user(HANA))
    assert found is not None
    assert found.line_user == whom
    return found


async def signals(desk: Desk) -> FriendSignals:
    """Hana's own signals."""
    return open_signals(desk.ground.vault, (await known(desk)).signals)


async def recorded(desk: Desk) -> str:
    """Everything that changes and approvals say, as one text."""
    async with desk.ground.database.transaction() as tx:
        rows = [*(await tx.execute(select(changes)))]
        rows += [*(await tx.execute(select(approvals)))]
    return json.dumps([list(map(str, row)) for row in rows])


async def test_an_entered_email_is_synced_and_links(desk: Desk) -> None:
    """From the API to the LINE User ID on the profile; the value is in no record."""
    profile = desk.klaviyo.add_profile(email=HANA.email)
    await follow(desk, HANA)
    await desk.work()
    answer = await put(desk, HANA.line_user_id, {"email": HANA.email, "consent": True})
    await work_on(desk)

    assert answer.status_code == 200, answer.text
    assert answer.json()["changed"] is True
    shown = line_properties(desk, profile)
    assert shown["LINE User ID"] == HANA.line_user_id
    assert (shown["LINE Consent"], shown["LINE Consent Source"]) == (True, "api")
    assert HANA.email not in await recorded(desk)


async def test_a_contact_is_put_whole(desk: Desk) -> None:
    """What is left out is taken away; the consent stays, being no address."""
    await follow(desk, HANA)
    await desk.work()
    both = {"email": HANA.email, "phone": HANA.phone, "consent": False}
    await put(desk, HANA.line_user_id, both)
    desk.clock.move(minutes=1)
    again = await put(desk, HANA.line_user_id, both)
    desk.clock.move(minutes=1)
    answer = await put(desk, HANA.line_user_id, {"phone": HANA.phone})

    assert (again.json()["changed"], answer.json()["changed"]) == (False, True)
    stored = await signals(desk)
    assert (stored.email_address, stored.phone_number) == (None, HANA.phone)
    consent = (await known(desk)).consent
    assert consent is not None
    assert consent.given is False


@pytest.mark.parametrize(
    ("whom", "body", "status", "error"),
    [
        (HANA.line_user_id, {"email": "no address"}, 422, "UnusableSignal"),
        (HANA.line_user_id, {"phone": "0120-000-000"}, 422, "UnusableSignal"),
        (HANA.line_user_id, {"email": "test@test.com"}, 422, "UnusableSignal"),
        (HANA.line_user_id, {"mail": HANA.email}, 422, "UnreadableRequest"),
        ("somebody", {"email": HANA.email}, 422, "UnusableSignal"),
        (STRANGER, {"email": HANA.email}, 404, "NotFound"),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_is_kept(
    desk: Desk, whom: str, body: dict[str, Any], status: int, error: str
) -> None:
    """With a reason that does not repeat what was sent."""
    await follow(desk, HANA)
    await desk.work()
    answer = await put(desk, whom, body)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert not any(str(value) in answer.text for value in body.values())
    assert (await known(desk)).signals is None
    assert (await desk.counts())["changes"] == 0


@pytest.mark.parametrize(
    "caller",
    [
        {"kind": CallerKind.AGENT},
        {"kind": CallerKind.MCP},
        {"role": Role.VIEWER},
    ],
)
async def test_only_people_who_may_change_things_enter_contacts(
    desk: Desk, caller: dict[str, Any]
) -> None:
    """The request is the approval, which no program can give."""
    await follow(desk, HANA)
    await desk.work()
    who = desk.caller(**caller)
    one = await put(desk, HANA.line_user_id, {"email": HANA.email}, who)
    many = await post_csv(desk, f"line_user_id\n{HANA.line_user_id}", who)

    assert (one.status_code, many.status_code) == (403, 403)
    assert (await known(desk)).signals is None


async def test_the_neighbours_friend_is_nobody_here(desk: Desk) -> None:
    """Not even with the right LINE User ID."""
    await follow(desk, HANA)
    await desk.work()
    neighbour = desk.caller(merchant_id=desk.neighbour_id)
    answer = await put(desk, HANA.line_user_id, {"email": HANA.email}, neighbour)

    assert answer.status_code == 404
    assert (await known(desk)).signals is None


async def test_each_row_of_a_file_stands_for_itself(desk: Desk) -> None:
    """Good rows are kept, bad ones told with their reason, and the counts add up."""
    for person in (HANA, KENTA):
        await follow(desk, person)
    await desk.work()
    answer = await post_csv(
        desk,
        "line_user_id,email,phone,consent\r\n"
        f"{HANA.line_user_id},{HANA.email},'{HANA.phone},yes\r\n"
        f"{KENTA.line_user_id},not an address,,\r\n"
        f"{STRANGER},{KENTA.email},,\r\n"
        ",,,\r\n"
        f"=cmd,{KENTA.email},,\r\n"
        f"{KENTA.line_user_id},,,maybe\r\n"
        f"{HANA.line_user_id},,,\r\n",
    )
    told = answer.json()

    assert answer.status_code == 200, answer.text
    assert (told["changed"], told["unchanged"], told["refused"]) == (1, 1, 4)
    assert [each["result"] for each in told["rows"]] == [
        "changed",
        "refused",
        "refused",
        "refused",
        "refused",
        "unchanged",
    ]
    assert told["rows"][1]["reason"].endswith("it is not an email address.")
    stored = await signals(desk)
    assert (stored.email_address, stored.phone_number) == (HANA.email, HANA.phone)
    assert "not an address" not in answer.text + await recorded(desk)
    assert HANA.email not in await recorded(desk)


async def test_an_empty_cell_says_nothing(desk: Desk) -> None:
    """A file without phone numbers takes none away, and the other value is kept."""
    await auto_linked(desk, HANA)
    desk.clock.move(minutes=1)
    await post_csv(desk, f"phone,line_user_id,email\n{HANA.phone},{HANA.line_user_id},")

    stored = await signals(desk)
    assert (stored.email_address, stored.phone_number) == (HANA.email, HANA.phone)
    assert await find_link(desk, HANA) is not None


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        (b"", "name each column once"),
        (b"\xff\xfe", "no CSV in UTF-8"),
        (b"email\nx@mail.test", "name each column once"),
        (b"line_user_id,line_user_id\na,b", "name each column once"),
        (b"line_user_id,shoe size\na,b", "the columns are"),
        (b"line_user_id,email\na", "more or fewer cells"),
        (b'line_user_id\n"a', "no CSV in UTF-8"),
        (b"line_user_id\n" + b"a\n" * (MOST_ROWS + 1), "more than"),
    ],
)
async def test_a_file_of_another_kind_is_refused_whole(
    desk: Desk, file: bytes, problem: str
) -> None:
    """Before anything of it is stored, with what is wrong."""
    answer = await post_csv(desk, file)

    assert answer.status_code == 422, answer.text
    if file:
        assert problem in answer.json()["message"]
    assert (await desk.counts())["changes"] == 0


async def test_a_large_file_is_refused_unread(desk: Desk) -> None:
    """A megabyte is the most."""
    answer = await post_csv(desk, b"line_user_id\n" + b"a" * 1_000_001)

    assert answer.status_code == 413
