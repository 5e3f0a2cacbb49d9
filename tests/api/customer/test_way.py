"""The customer's way through the routes: redirects, cookie, steps, unlinking."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest

from marketing_agent.core.facts import Decider, Unlink
from marketing_agent.sandbox.line import Fault, FaultKind
from marketing_agent.sandbox.line.accounts import Friendship
from marketing_agent.sandbox.page_reader import parse
from marketing_agent.services.ground import Work
from marketing_agent.storage import facts, friends, qr_links
from tests.api.customer.stage import SHOP, Stage, staged

if TYPE_CHECKING:
    from marketing_agent.sandbox.page import Page


async def _opened(stage: Stage) -> int:
    async with stage.ground.database.transaction() as tx:
        found = await qr_links.find(tx, stage.merchant_id, stage.qr_link.slug)
    assert found is not None
    return found.opened


async def _after_login(stage: Stage, user: str, *, add_friend: bool) -> Page:
    async with stage.phone(user) as phone:
        landing = await phone.open(stage.linking_url())
        return await phone.log_in(
            await phone.tap(landing, "log-in"), add_friend=add_friend
        )


async def _befriended(stage: Stage, user: str) -> None:
    now = stage.clock()
    async with stage.ground.database.transaction() as tx:
        await friends.follow_changed(
            tx, stage.merchant_id, user, following=True, at=now, now=now
        )


async def test_the_address_leaves_the_url_at_once(stage: Stage) -> None:
    """The linking URL redirects to a URL of ours without anything personal in it."""
    async with stage.browser() as browser:
        answer = await browser.get(stage.linking_url())

    assert answer.status_code == 303
    assert re.fullmatch(r"/link\?t=[\w-]+", answer.headers["location"])
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("public_url", "secure"), [(SHOP, True), ("http://localhost", False)]
)
async def test_the_browser_is_marked(
    database_url: str, public_url: str, *, secure: bool
) -> None:
    """The mark returns to the callback alone, unseen by scripts, by https if we can."""
    async with (
        staged(database_url, public_url=public_url) as stage,
        stage.browser() as browser,
    ):
        answer = await browser.get(await stage.landing_path())
    cookie = answer.headers["set-cookie"].lower()

    assert re.match(r"visit=[0-9a-f]{32}; ", cookie)
    assert "; path=/line/callback" in cookie
    assert "; httponly" in cookie
    assert "; samesite=lax" in cookie
    assert ("; secure" in cookie) is secure


async def test_an_opening_is_counted_by_the_script_only(stage: Stage) -> None:
    """Opening and loading pages counts nothing; the POST of the page's script does."""
    path = await stage.landing_path()
    async with stage.browser() as browser:
        await browser.get(path)
        assert await _opened(stage) == 0

        ticket = path.partition("t=")[2]
        answer = await browser.post("/link/opened", data={"t": ticket})

    assert (answer.status_code, answer.content) == (204, b"")
    assert await _opened(stage) == 1


async def test_a_new_friend_is_done(stage: Stage) -> None:
    """Who logs in and adds the account arrives at the page that says so."""
    user = stage.line.add_user("Hana Sato")
    page = await _after_login(stage, user, add_friend=True)

    assert page.url.startswith(f"{SHOP}/link/done?v=")
    assert page.title == "All done"
    assert Work.LOOK_AT_CLAIMS in stage.wakes.heard


async def test_who_is_no_friend_yet_is_told_the_last_step(stage: Stage) -> None:
    """The page waits until the friendship is known; then the same URL says done."""
    user = stage.line.add_user("Hana Sato")
    page = await _after_login(stage, user, add_friend=False)
    progress = page.url.replace("/link/done", "/link/progress")
    async with stage.browser() as browser:
        before = await browser.get(progress)
        await _befriended(stage, user)
        after = await browser.get(progress)
        done = parse((await browser.get(page.url)).text)

    assert page.link("add-friend").href == "https://line.test/R/ti/p/%40900hanac"
    assert page.url.endswith(page.link("look-again").href)
    assert [before.json(), after.json()] == [{"step": "add_friend"}, {"step": "done"}]
    assert done.title == "All done"


@pytest.mark.parametrize(
    ("unblocks", "title"), [(True, "All done"), (False, "One more step")]
)
async def test_who_had_blocked_the_account_is_told_so_without_blame(
    stage: Stage, *, unblocks: bool, title: str
) -> None:
    """LINE offers to unblock; who leaves it blocked reads why a step is open."""
    user = stage.line.add_user("Hana Sato", friendship=Friendship.BLOCKED)
    now = stage.clock()
    async with stage.ground.database.transaction() as tx:
        await friends.follow_changed(
            tx, stage.merchant_id, user, following=False, at=now, now=now
        )
    stage.clock.move(minutes=1)
    page = await _after_login(stage, user, add_friend=unblocks)

    assert page.title == title
    assert ("is blocked in your LINE app" in page.text) is not unblocks
    if not unblocks:
        assert page.link("add-friend").text == "Open in LINE"


async def test_what_the_callback_says_of_a_new_friend_is_not_believed(
    stage: Stage,
) -> None:
    """A forged `friendship_status_changed` makes nobody a friend: LINE is asked."""
    fault = Fault(path="/oauth2/v2.1/token", kind=FaultKind.STATUS, status=500)
    stage.line.faults.add(fault)
    async with stage.phone() as phone:
        landing = await phone.open(stage.linking_url())
        consent = await phone.tap(landing, "log-in")
        failed = await phone.log_in(consent, add_friend=False)
        forged = httpx.URL(failed.url).copy_set_param(
            "friendship_status_changed", "true"
        )
        page = await phone.open(str(forged))

    assert failed.title == "Technical error"
    assert page.title == "One more step"


@pytest.mark.parametrize("add_friend", [True, False])
async def test_everyone_who_logged_in_can_unlink(
    stage: Stage, *, add_friend: bool
) -> None:
    """Both pages after the login carry the form; it stores the customer's decision."""
    user = stage.line.add_user("Hana Sato")
    page = await _after_login(stage, user, add_friend=add_friend)
    async with stage.phone(user) as phone:
        unlinked = await phone.submit(page, "unlink")
    async with stage.ground.database.transaction() as tx:
        stored = await facts.all_facts(tx, stage.merchant_id)
    decisions = [fact for fact in stored if isinstance(fact, Unlink)]

    assert unlinked.title == "You have unlinked your LINE account"
    assert [(each.line_user, each.by) for each in decisions] == [
        (user, Decider.CUSTOMER)
    ]
    assert stage.wakes.heard[-1] is Work.DRAIN_OUTBOX


async def test_another_browser_is_asked_first(stage: Stage) -> None:
    """Without the mark the callback stores nothing; a yes does, and leads to done."""
    async with stage.phone() as phone:
        landing = await phone.open(stage.linking_url())
        consent = await phone.tap(landing, "log-in")
        phone.forget_cookies()
        confirm = await phone.log_in(consent)
        woken = list(stage.wakes.heard)
        done = await phone.submit(confirm, "confirm")

    assert (confirm.status, confirm.title) == (200, "Is this you?")
    assert "h•••@m•••.test" in confirm.text
    assert Work.LOOK_AT_CLAIMS not in woken
    assert done.title == "All done"


async def test_a_no_links_nothing(stage: Stage) -> None:
    """Who says that it is not them is thanked, and no worker is woken."""
    async with stage.phone() as phone:
        landing = await phone.open(stage.linking_url())
        consent = await phone.tap(landing, "log-in")
        phone.forget_cookies()
        declined = await phone.submit(await phone.log_in(consent), "decline")

    assert declined.title == "Nothing was linked"
    assert Work.LOOK_AT_CLAIMS not in stage.wakes.heard


async def test_a_privacy_policy_is_a_web_page(database_url: str) -> None:
    """An address that would run a script is not linked."""
    async with (
        staged(database_url, privacy_policy_url="javascript:alert(1)") as stage,
        stage.browser() as browser,
    ):
        landing = await browser.get(await stage.landing_path())

    assert landing.status_code == 200
    assert "javascript:" not in landing.text


async def test_line_is_asked_in_the_customers_languages(stage: Stage) -> None:
    """LINE's pages speak languages that ours do not: they get the browser's wishes."""
    async with stage.browser("th,zh-TW;q=0.5") as browser:
        landing = parse((await browser.get(await stage.landing_path())).text)
    login = httpx.URL(landing.link("log-in").href)

    assert login.params["ui_locales"] == "th zh-TW"
