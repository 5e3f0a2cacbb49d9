"""Wrong tries are counted per address, and only the wrong ones."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from marketing_agent.api.sign_in import tries
from tests.api.sign_in.invited import browser, code_for, sign_in
from tests.desk import HOUSE

if TYPE_CHECKING:
    from tests.desk import Desk


async def test_the_eleventh_wrong_try_of_a_minute_waits(desk: Desk) -> None:
    """Even the right code has to wait then, as long as Retry-After says."""
    code = await code_for(desk)
    async with browser(desk) as guesser:
        for _ in range(10):
            assert (await sign_in(guesser, "guess")).status_code == 401
        desk.clock.move(seconds=20)
        refused = await sign_in(guesser, code)
        desk.clock.move(seconds=40)
        entered = await sign_in(guesser, code)

    assert (refused.status_code, refused.headers["retry-after"]) == (429, "40")
    assert refused.json() == {
        "error": "TooManyTries",
        "message": "Too many wrong tries. Wait 40 s, then try again.",
    }
    assert entered.status_code == 200


async def test_guesses_at_once_are_counted_before_they_are_looked_up(
    desk: Desk,
) -> None:
    """Of thirty that arrive together, ten are answered."""
    answers = await asyncio.gather(*(sign_in(desk.http, "guess") for _ in range(30)))
    statuses = [each.status_code for each in answers]
    assert (statuses.count(401), statuses.count(429)) == (10, 20)


async def test_page_and_api_count_together(desk: Desk) -> None:
    """Who guesses through the form has used up the tries of the API too."""
    async with browser(desk, origin=HOUSE) as guesser:
        for _ in range(10):
            await guesser.post("/sign-in", data={"code": "guess"})
        by_form = await guesser.post("/sign-in", data={"code": "guess"})
        by_api = await sign_in(guesser, "guess")

    assert (by_form.status_code, by_api.status_code) == (429, 429)
    assert by_form.headers["retry-after"] == by_api.headers["retry-after"]
    assert "Wait a minute" in by_form.text


async def test_another_address_is_not_held_up(desk: Desk) -> None:
    """A guesser locks out nobody else."""
    code = await code_for(desk)
    async with browser(desk) as guesser, browser(desk, address="192.0.2.8") as mei:
        for _ in range(11):
            await sign_in(guesser, "guess")
        assert (await sign_in(mei, code)).status_code == 200


async def test_right_tries_are_free(desk: Desk) -> None:
    """A whole team behind one address signs in within a minute."""
    codes = [await code_for(desk) for _ in range(15)]
    answers = [await sign_in(desk.http, code) for code in codes]
    assert {each.status_code for each in answers} == {200}


async def test_strangers_fill_no_memory(desk: Desk) -> None:
    """However many addresses guess, a bounded number of windows is kept."""
    counted = tries.Tries(desk.clock)
    for number in range(tries._MOST_ADDRESSES + 500):
        with counted.counted(f"2001:db8::{number:x}"):
            pass
    assert len(counted._windows) == tries._MOST_ADDRESSES
