"""What the script on a landing page is told, and what anybody else is not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from marketing_agent.core.facts import FormId, Method
from marketing_agent.services import tickets
from marketing_agent.storage import merchants
from tests.desk import HOUSE
from tests.form_desk import (
    DOUBLE_OPT_IN,
    FORM,
    HANA,
    KENTA,
    ORIGIN,
    open_form,
)

if TYPE_CHECKING:
    import httpx

    from tests.desk import Desk
    from tests.form_desk import FormDesk


async def test_a_submission_becomes_a_ticket(desk: Desk) -> None:
    """Sealed for this form and moment; the answer names nobody."""
    form = await open_form(desk, DOUBLE_OPT_IN)

    answer = await form.hand_over(email=f" {HANA.email.upper()}", phone=HANA.phone)
    told = answer.json()

    opened = tickets.open_ticket(desk.ground.vault, told["ticket"], desk.clock())
    assert (opened.method, opened.setting) == (Method.FORM_LINKAGE, form.card["slug"])
    assert (opened.email, opened.phone) == (HANA.email, HANA.phone)
    assert (opened.submitted, opened.confirmed_by) == (desk.clock(), FormId("XyZ123"))
    assert told["url"].startswith(f"{HOUSE}/link?")
    assert (await desk.http.get(told["url"])).status_code == 200
    assert "hana" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_the_qr_code_is_the_tickets_url(desk: Desk) -> None:
    """The rows are modules: the finder patterns stand in three corners."""
    form = await open_form(desk)

    qr = (await form.ticket(email=HANA.email))["qr"]

    size, rows = qr["size"], qr["rows"]
    assert len(rows) == size
    assert {len(row) for row in rows} == {-(-size // 4)}
    bits = [f"{int(row, 16):0{len(row) * 4}b}" for row in rows]
    assert {row[size:].strip("0") for row in bits} == {""}
    finder = ("1111111", "1000001", "1011101", "1011101", "1011101")
    for top, left in ((0, 0), (0, size - 7), (size - 7, 0)):
        corner = tuple(row[left : left + 7] for row in bits[top : top + 5])
        assert corner == finder


async def test_the_answer_is_the_same_whoever_is_named(desk: Desk) -> None:
    """Known, unknown, unusable, blocked or nothing at all: one status, one shape."""
    form = await open_form(desk)
    desk.klaviyo.submit_form(FORM["form_id"], {"email": HANA.email})
    submissions: list[dict[str, str]] = [
        {"email": HANA.email},
        {"email": KENTA.email},
        {"email": "{{ email }}"},
        {"email": "test@example.com"},
        {"phone": "0000000000"},
        {"email": "x" * 1500},
        {},
    ]

    answers = [await form.hand_over(**values) for values in submissions]

    assert {answer.status_code for answer in answers} == {201}
    assert {tuple(answer.json()) for answer in answers} == {("url", "ticket", "qr")}


async def test_the_state_follows_the_phone(desk: Desk) -> None:
    """Waiting, scanned, done; and for another day's ticket, expired."""
    form = await open_form(desk)
    ticket = await form.submit(HANA)

    async def state() -> Any:
        answer = await desk.http.get(
            f"/embed/{form.embed_key}/state",
            params={"t": ticket["ticket"]},
            headers={"origin": ORIGIN},
        )
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        return answer.json()

    assert await state() == {"state": "waiting"}
    await form.join(HANA, ticket, add_friend=False)
    assert await state() == {"state": "scanned"}
    await desk.line.follow(HANA.line_user_id)
    await desk.line.webhooks_settled()
    await desk.work()
    assert await state() == {"state": "done"}
    desk.clock.move(hours=25)
    assert await state() == {"state": "expired"}


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "https://evil.test",
        "http://shop.test",
        "https://shop.test:8443",
        "https://www.shop.test",
        "https://shop.test.evil.test",
        "https://SHOP.test",
    ],
)
async def test_only_the_merchants_exact_origins_are_served(
    desk: Desk, origin: str | None
) -> None:
    """Any other page gets a refusal that its script cannot even read."""
    form = await open_form(desk)
    headers = {} if origin is None else {"origin": origin}
    path = f"/embed/{form.embed_key}"

    refused = [
        await form.hand_over(origin=origin, email=HANA.email),
        await desk.http.get(f"{path}/state?t=x", headers=headers),
        await desk.http.post(f"{path}/alive", json={"forms": []}, headers=headers),
        await desk.http.options(f"{path}/tickets", headers=headers),
    ]

    for answer in refused:
        assert (answer.status_code, answer.json()) == (403, {"code": "origin"})
        assert "access-control-allow-origin" not in answer.headers
        assert answer.headers["vary"] == "origin"


async def test_a_browser_is_told_what_it_may_send(desk: Desk) -> None:
    """The preflight allows JSON from this origin, never with cookies."""
    form = await open_form(desk)

    answer = await desk.http.options(
        f"/embed/{form.embed_key}/tickets",
        headers={"origin": ORIGIN, "access-control-request-method": "POST"},
    )

    assert answer.status_code == 204
    told = {k: v for k, v in answer.headers.items() if k.startswith("access-control")}
    assert told == {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "content-type",
        "access-control-max-age": "600",
        "access-control-expose-headers": "Retry-After",
    }


async def _post(form: FormDesk, raw: bytes, media_type: str) -> httpx.Response:
    return await form.desk.http.post(
        f"/embed/{form.embed_key}/tickets",
        content=raw,
        headers={"origin": ORIGIN, "content-type": media_type},
    )


async def test_unreadable_bodies_are_refused(desk: Desk) -> None:
    """Too large before it is read, no JSON, other types, or a form's simple post."""
    form = await open_form(desk)
    good, as_json = json.dumps({"form": FORM["form_id"]}).encode(), "application/json"

    unreadable = [
        await _post(form, raw, as_json)
        for raw in (b"", b"[]", b"{", b"\xff", b'{"form": 1}', b'{"email": "a"}')
    ]
    unreadable.append(await _post(form, good, "text/plain"))
    large = await _post(form, good + b" " * 2048, as_json)
    fine = await _post(form, good, "Application/JSON; charset=utf-8")

    assert {(a.status_code, a.json()["code"]) for a in unreadable} == {
        (400, "unreadable")
    }
    assert (large.status_code, large.json()) == (413, {"code": "too_large"})
    assert fine.status_code == 201
    listed = await desk.block("show_form_linkage")
    assert listed["form_linkages"][0]["handed_over"] == 1


async def test_unknown_keys_forms_and_tickets(desk: Desk) -> None:
    """Each has an answer of its own, and repeats nothing of what was sent."""
    form = await open_form(desk)
    state = f"/embed/{form.embed_key}/state?t="
    forged = (await form.ticket(email=HANA.email))["ticket"][:-4] + "AAAA"

    key = await desk.http.post("/embed/nobody/tickets", json={"form": "XyZ123"})
    other = await form.hand_over(body={"form": "Abc789", "email": HANA.email})
    states = [
        await desk.http.get(state + text, headers={"origin": ORIGIN})
        for text in ("", "x", forged, "%00", "%ff")
    ]

    assert (key.status_code, key.json()) == (404, {"code": "key"})
    assert (other.status_code, other.json()) == (404, {"code": "form"})
    assert {answer.status_code for answer in states} == {400}
    assert {answer.text for answer in states} == {'{"code":"unreadable"}'}


async def test_a_flood_is_slowed_down(desk: Desk) -> None:
    """One address is told to wait, and may go on after a moment."""
    form = await open_form(desk)
    body = {"form": "unknown", "email": HANA.email}
    answers = [await form.hand_over(body=body) for _ in range(121)]

    assert [answer.status_code for answer in answers] == [404] * 120 + [429]
    assert answers[-1].json() == {"code": "too_many"}
    assert answers[-1].headers["retry-after"] == "1"
    assert answers[-1].headers["access-control-allow-origin"] == ORIGIN
    desk.clock.move(seconds=1)
    assert (await form.hand_over(email=HANA.email)).status_code == 201


async def test_the_last_sign_of_life_is_kept(desk: Desk) -> None:
    """When and on which site the script ran: no visitor, no page."""
    form = await open_form(desk)

    answer = await desk.http.post(
        f"/embed/{form.embed_key}/alive",
        json={"forms": [FORM["form_id"], "Other1"]},
        headers={"origin": ORIGIN, "referer": f"{ORIGIN}/private?email=x"},
    )
    odd = await desk.http.post(
        f"/embed/{form.embed_key}/alive",
        json={"forms": ["x\0"] * 2},
        headers={"origin": ORIGIN},
    )

    assert (answer.status_code, answer.content, odd.status_code) == (204, b"", 400)
    (listed,) = (await desk.block("show_form_linkage"))["form_linkages"]
    assert listed["script_seen_on"] == ORIGIN
    assert listed["script_seen_at"].startswith(f"{desk.clock():%Y-%m-%dT%H:%M}")


async def test_a_neighbours_key_opens_nothing_here(desk: Desk) -> None:
    """Forms and origins are those of the merchant whose key it is."""
    form = await open_form(desk)
    async with desk.ground.database.transaction() as tx:
        neighbour = await merchants.get(tx, desk.neighbour_id)

    answer = await desk.http.post(
        f"/embed/{neighbour.embed_key}/tickets",
        json={"form": FORM["form_id"], "email": HANA.email},
        headers={"origin": ORIGIN},
    )

    assert answer.status_code == 403
    assert neighbour.embed_key != form.embed_key
