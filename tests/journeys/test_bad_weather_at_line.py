"""LINE down, slow or answering something strange: a page in words, and a way on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from marketing_agent.sandbox.line.faults import Fault, FaultKind
from tests.house import HANA

if TYPE_CHECKING:
    from tests.house import House

TOKEN = "/oauth2/v2.1/token"
VERIFY = "/oauth2/v2.1/verify"
FRIENDSHIP = "/friendship/v1/status"


@pytest.mark.parametrize(
    ("where", "kind"),
    [
        (TOKEN, FaultKind.STATUS),
        (TOKEN, FaultKind.CLOSE),
        (VERIFY, FaultKind.STATUS),
        (FRIENDSHIP, FaultKind.STATUS),
    ],
)
async def test_when_line_fails_during_the_login_the_customer_can_try_again(
    house: House, where: str, kind: FaultKind
) -> None:
    """A technical error in words, nothing stored; the same page then links."""
    await house.email_everyone()
    house.stage.line.faults.add(Fault(path=where, kind=kind, times=None))
    async with house.phone(HANA) as phone:
        failed = await house.log_in(phone, await house.landing(phone, HANA))
        report = await house.read("query_linkage_status")
        house.stage.line.faults.clear()
        again = await phone.tap(failed, "try-again")
        done = await house.log_in(phone, again)

    assert (failed.status, failed.title) == (424, "Technical error")
    assert report["attempts"] == []
    assert done.title == "All done"
    await house.linked_once(HANA)


async def test_a_slow_line_is_waited_for(house: House) -> None:
    """A little more time at each step does no harm."""
    await house.email_everyone()
    for where in (TOKEN, VERIFY, FRIENDSHIP):
        slow = Fault(path=where, kind=FaultKind.SLOW, seconds=0.4)
        house.stage.line.faults.add(slow)

    done = await house.join(HANA)

    assert done.title == "All done"
    await house.linked_once(HANA)


async def test_a_private_window_is_led_around_the_loop(house: House) -> None:
    """LINE's made-up callback is refused, and trying again asks for a plain login."""
    await house.email_everyone()
    house.stage.line.faults.login.bogus_callback = True
    async with house.phone(HANA) as phone:
        mixed_up = await house.log_in(phone, await house.landing(phone, HANA))
        again = await phone.tap(mixed_up, "try-again")
        done = await house.log_in(phone, again)

    assert (mixed_up.status, mixed_up.title) == (400, "The login did not go through")
    assert "disable_auto_login=true" in again.link("/oauth2/v2.1/authorize").href
    assert done.title == "All done"
    await house.linked_once(HANA)


async def test_a_login_with_a_wrong_nonce_is_refused(house: House) -> None:
    """An ID token of another login is nobody's login here."""
    await house.email_everyone()
    house.stage.line.faults.login.wrong_nonce = True

    page = await house.join(HANA)
    report = await house.read("query_linkage_status")

    assert (page.status, page.title) == (400, "LINE did not confirm the login")
    assert report["attempts"] == []


async def test_clocks_a_little_apart_do_no_harm(house: House) -> None:
    """LINE's clock may be a minute ahead of ours."""
    await house.email_everyone()
    house.stage.line.faults.login.id_token_skew = timedelta(minutes=1)

    done = await house.join(HANA)

    assert done.title == "All done"
    await house.linked_once(HANA)


async def test_an_id_token_of_long_ago_is_refused(house: House) -> None:
    """Expired is expired, however the clocks stand."""
    await house.email_everyone()
    house.stage.line.faults.login.id_token_skew = timedelta(hours=-3)

    page = await house.join(HANA)

    assert (page.status, page.title) == (400, "LINE did not confirm the login")


async def test_a_callback_that_nobody_asked_for_gets_a_page(house: House) -> None:
    """Whatever a stranger sends to the callback, it is a page and never a 5xx."""
    queries = (
        "",
        "?code=x&state=y",
        "?t=damaged&code=x&state=y",
        "?error=server_error&state=y",
        "?t=" + "a" * 20_000,
    )
    answers = [await house.http.get(f"/line/callback{query}") for query in queries]

    assert all(400 <= each.status_code < 500 for each in answers)
    assert all("text/html" in each.headers["content-type"] for each in answers)


async def test_a_login_of_one_ticket_cannot_finish_another(house: House) -> None:
    """State and nonce hang on the ticket: swapping tickets is refused."""
    await house.email_everyone()
    async with house.phone(HANA) as phone, house.phone(HANA) as other:
        first = await house.landing(phone, HANA)
        second = await house.landing(other, HANA)
        done = await house.log_in(phone, first, add_friend=False)
        callback = next(h.url for h in done.hops if "/line/callback" in h.url)
        first_ticket = first.url.split("t=")[1]
        second_ticket = second.url.split("t=")[1]
        swapped = await phone.open(callback.replace(first_ticket, second_ticket))

    assert (swapped.status, swapped.title) == (400, "The login did not go through")
