"""What goes wrong on the way, and the page and the way back that the customer gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from marketing_agent.api.customer.problems import problem_of
from marketing_agent.core.errors import MarketingAgentError, NotAllowed
from marketing_agent.core.qr_links import LinkType, QrLinkDraft
from marketing_agent.sandbox.line import Fault, FaultKind
from marketing_agent.sandbox.page_reader import parse
from marketing_agent.storage import qr_links
from tests.api.customer.stage import staged

if TYPE_CHECKING:
    from marketing_agent.sandbox.page import Page
    from tests.api.customer.stage import Stage

TOKEN = "/oauth2/v2.1/token"


async def _login(stage: Stage, *, cancel: bool = False) -> Page:
    async with stage.phone() as phone:
        landing = await phone.open(stage.linking_url())
        return await phone.log_in(await phone.tap(landing, "log-in"), cancel=cancel)


def _shown(page: Page) -> tuple[int, str]:
    return page.status, page.title


async def test_a_cancelled_login_can_be_tried_again(stage: Stage) -> None:
    """Cancelling on LINE is no failure: the page leads back to the landing page."""
    page = await _login(stage, cancel=True)
    async with stage.phone() as phone:
        landing = await phone.tap(page, "try-again")

    assert _shown(page) == (200, "You cancelled the login")
    assert "h•••@m•••.test" in landing.text


async def test_a_private_window_gets_a_second_try_without_auto_login(
    stage: Stage,
) -> None:
    """LINE's bogus answer in a private window leads to a try that works there."""
    stage.line.faults.login.bogus_callback = True
    async with stage.phone() as phone:
        landing = await phone.open(stage.linking_url())
        page = await phone.log_in(await phone.tap(landing, "log-in"))
        again = await phone.tap(page, "try-again")
        done = await phone.log_in(await phone.tap(again, "log-in"))
    login = httpx.URL(again.link("log-in").href)

    assert _shown(page) == (400, "The login did not go through")
    assert login.params["disable_auto_login"] == "true"
    assert done.title == "All done"


async def test_the_second_try_is_the_last_in_this_browser(stage: Stage) -> None:
    """No loop: LINE's answer was bogus twice, so the address is offered to copy."""
    stage.line.faults.login.bogus_callback = True
    async with stage.phone() as phone:
        landing = await phone.open(stage.linking_url())
        first = await phone.log_in(await phone.tap(landing, "log-in"))
        again = await phone.tap(first, "try-again")
        login = httpx.URL(again.link("log-in").href)
        back = httpx.URL(login.params["redirect_uri"])
        bogus = back.copy_merge_params({"code": "bogus", "state": "0" * 32})
        second = await phone.open(str(bogus))

    assert _shown(first) == (400, "The login did not go through")
    assert not first.has("another-browser")
    assert _shown(second) == (400, "It does not work in this browser")
    assert second.has("address")
    assert not second.has("try-again")


async def test_an_app_that_lost_the_login_is_told_of_a_real_browser(
    stage: Stage,
) -> None:
    """Inside an app even the first failure offers the address beside the retry."""
    path = await stage.landing_path()
    callback = path.replace("/link?", "/line/callback?") + "&code=a&state=b"
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Mobile/15E148"
    async with stage.browser() as browser:
        answer = await browser.get(callback, headers={"user-agent": agent})
    page = parse(answer.text)

    assert page.has("try-again")
    assert f'value="{stage.ground.public_url}{path}"' in answer.text


async def test_a_ticket_is_for_one_person(stage: Stage) -> None:
    """A second LINE user on the same landing page is told to open the email."""
    path = await stage.landing_path()
    async with stage.phone() as first, stage.phone() as second:
        await first.log_in(
            await first.tap(await first.open(_at(stage, path)), "log-in")
        )
        landing = await second.open(_at(stage, path))
        page = await second.log_in(await second.tap(landing, "log-in"))

    assert _shown(page) == (409, "This link was already used")
    assert not page.has("try-again")


async def test_a_login_is_good_once(stage: Stage) -> None:
    """The callback opened a second time offers a new login instead of an error."""
    async with stage.phone() as phone:
        landing = await phone.open(stage.linking_url())
        done = await phone.log_in(await phone.tap(landing, "log-in"))
        callback = next(hop.url for hop in done.hops if "/line/callback" in hop.url)
        page = await phone.open(callback)

    assert _shown(page) == (400, "LINE did not confirm the login")
    assert page.has("try-again")


async def test_an_id_token_for_another_attempt_is_not_taken(stage: Stage) -> None:
    """A wrong nonce in LINE's token ends on the page for unconfirmed logins."""
    stage.line.faults.login.wrong_nonce = True

    assert _shown(await _login(stage)) == (400, "LINE did not confirm the login")


@pytest.mark.parametrize(
    "fault",
    [
        Fault(path=TOKEN, kind=FaultKind.STATUS, status=500),
        Fault(path=TOKEN, kind=FaultKind.STATUS, status=429, retry_after=60),
        Fault(path="/oauth2/v2.1/verify", kind=FaultKind.STATUS, status=503),
        Fault(path="/friendship", kind=FaultKind.STATUS, status=403),
    ],
    ids=["token down", "throttled", "verify down", "friendship refused"],
)
async def test_when_line_fails_it_is_a_technical_error(
    stage: Stage, fault: Fault
) -> None:
    """LINE down or throttling gives a page whose way back works a moment later."""
    stage.line.faults.add(fault)
    async with stage.phone() as phone:
        landing = await phone.open(stage.linking_url())
        page = await phone.log_in(await phone.tap(landing, "log-in"))
        stage.line.faults.clear()
        stage.clock.move(seconds=60)
        again = await phone.tap(page, "try-again")

    assert _shown(page) == (424, "Technical error")
    assert again.has("log-in")


async def test_an_old_page_says_that_it_has_expired(stage: Stage) -> None:
    """A day later the landing page, and an hour later the last page, have expired."""
    path = await stage.landing_path()
    done = await _login(stage)
    stage.clock.move(hours=1, seconds=1)
    async with stage.browser() as browser:
        late = [
            await browser.get(done.url),
            await browser.get(done.url.replace("/done", "/progress")),
        ]
        stage.clock.move(hours=23)
        late.append(await browser.get(path))
        late.append(await browser.get(path.replace("?", "/qr.svg?")))

    assert [answer.status_code for answer in late] == [410] * 4
    assert parse(late[0].text).title == "This page has expired"


async def test_a_shop_without_line_is_a_technical_error(database_url: str) -> None:
    """A merchant who has not connected LINE gets no customer into trouble."""
    async with (
        staged(database_url, connected=False) as stage,
        stage.browser() as browser,
    ):
        answer = await browser.get(await stage.landing_path())

    assert (answer.status_code, parse(answer.text).title) == (424, "Technical error")


async def test_a_qr_code_that_links_nobody_adds_the_account(stage: Stage) -> None:
    """Link Type None leads straight to LINE's page, without login or ticket."""
    draft = QrLinkDraft(name="Poster", link_type=LinkType.NONE)
    async with stage.ground.database.transaction() as tx:
        plain = await qr_links.save(tx, stage.merchant_id, draft, stage.clock())
    async with stage.browser() as browser:
        opened = await browser.get(f"/l/{plain.slug}?email=hana.sato@mail.test")

    assert opened.status_code == 303
    assert opened.headers["location"] == "https://line.test/R/ti/p/%40900hanac"


@pytest.mark.parametrize("answer", ["", "maybe", "YES"])
async def test_only_yes_and_no_are_answers(stage: Stage, answer: str) -> None:
    """The confirm page takes nothing for a yes that is not its own button."""
    async with stage.phone() as phone:
        landing = await phone.open(stage.linking_url())
        consent = await phone.tap(landing, "log-in")
        phone.forget_cookies()
        form, _ = (await phone.log_in(consent)).button("confirm")
    async with stage.browser() as browser:
        fields = dict(form.values()) | {"answer": answer}
        refused = await browser.post("/link/confirm", data=fields)

    assert refused.status_code == 400
    assert stage.wakes.heard == []


def test_an_error_without_a_page_of_its_own_has_its_parents_page() -> None:
    """New errors in the tree need no entry: the closest class above decides."""

    class Unheard(MarketingAgentError):
        """Something new."""

    class Forbidden(NotAllowed):
        """Not like this."""

    assert problem_of(Unheard()).name == "damaged"
    assert problem_of(Forbidden()).name == "damaged"


def _at(stage: Stage, path: str) -> str:
    return f"{stage.ground.public_url}{path}"
