"""The webhook of a Klaviyo flow: stored before it is acknowledged, forged by nobody."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.applications import Starlette

from marketing_agent.api.errors import answer_error
from marketing_agent.api.flow_webhooks import flow_webhook_routes
from marketing_agent.core.callers import CallerKind, Role
from marketing_agent.core.errors import MarketingAgentError
from marketing_agent.platforms.http import open_http
from marketing_agent.platforms.sender import Patience, Sender
from marketing_agent.services import form_secrets
from marketing_agent.services.flow_webhooks import drain
from marketing_agent.services.ground import Work
from marketing_agent.storage.database import Database
from tests.desk import HOUSE
from tests.form_desk import FORM, HANA, ON_SUBMISSION, open_form

if TYPE_CHECKING:
    from tests.desk import Desk
    from tests.form_desk import FormDesk


async def _submitted(form: FormDesk) -> str:
    klaviyo = form.desk.klaviyo
    return str(klaviyo.submit_form(FORM["form_id"], {"email": HANA.email}))


async def _confirmations(desk: Desk) -> int:
    await drain(desk.ground, desk.merchant_id)
    return (await desk.counts())["facts"]


async def test_a_call_is_stored_before_it_is_acknowledged(desk: Desk) -> None:
    """202, one row, and a worker is woken; the setting remembers that it was called."""
    form = await open_form(desk, ON_SUBMISSION)
    profile = await _submitted(form)
    desk.wakes.heard.clear()

    answer = await form.call(profile)

    assert (answer.status_code, answer.json()) == (202, {})
    assert (await desk.counts())["inbox"] == 1
    assert desk.wakes.heard == [Work.DRAIN_INBOX]
    assert await _confirmations(desk) == 1
    (card,) = (await desk.block("show_form_linkage"))["form_linkages"]
    assert card["webhook"]["last_call_at"] is not None


async def test_a_repeated_call_counts_once(desk: Desk) -> None:
    """Klaviyo repeats what it has no answer to; also after the drain."""
    form = await open_form(desk, ON_SUBMISSION)
    profile = await _submitted(form)

    answers = [await form.call(profile) for _ in range(17)]
    assert await _confirmations(desk) == 1
    answers.append(await form.call(profile))

    assert {answer.status_code for answer in answers} == {202}
    assert await _confirmations(desk) == 1


async def test_a_forged_call_leaves_nothing(desk: Desk) -> None:
    """A wrong secret, an unknown form and an unknown merchant get one answer."""
    form = await open_form(desk, ON_SUBMISSION)
    profile, before = await _submitted(form), await desk.counts()
    url = (await form.webhook())["linking_url"]
    merchant, slug = url.rsplit("/", 2)[1:]
    desk.wakes.heard.clear()

    forged = [
        await form.call(profile, secret="guessed"),
        await form.call(profile, secret=""),
        await form.call(profile, secret=b"\xe9\xff" * 50),
        await form.call(profile, url=url.replace(slug, "aaaaaaaaaa")),
        await form.call(profile, url=url.replace(merchant, "nobody")),
        await form.call(profile, url=url.replace(slug, "%00")),
    ]

    assert {answer.status_code for answer in forged} == {401}
    assert len({answer.content for answer in forged}) == 1
    assert await desk.counts() == before
    assert desk.wakes.heard == []


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"form_id": "XyZ123"},
        {"form_id": "XyZ123", "profile_id": 7},
        {"form_id": "Abc789", "profile_id": "01HANA"},
        {"form_id": "XyZ123", "profile_id": "{{ person.KlaviyoID }}"},
        {"form_id": "XyZ123", "profile_id": ""},
        {"form_id": "XyZ123", "profile_id": "../accounts"},
    ],
)
async def test_other_submission_details_are_refused_with_what_is_wrong(
    desk: Desk, body: Any
) -> None:
    """Klaviyo shows the answer to the merchant and does not repeat the call."""
    form = await open_form(desk, ON_SUBMISSION)

    answer = await form.call("", body=body)

    assert (answer.status_code, answer.json()["error"]) == (
        *(422, "WrongSubmissionDetails"),
    )
    assert (await desk.counts())["inbox"] == 0


async def test_more_fields_than_ours_do_no_harm(desk: Desk) -> None:
    """A merchant may send more; nothing of it is kept."""
    form = await open_form(desk, ON_SUBMISSION)
    details = {"form_id": "XyZ123", "profile_id": await _submitted(form)}

    answer = await form.call("", body=details | {"email": HANA.email})

    assert answer.status_code == 202


async def test_what_cannot_be_stored_is_not_acknowledged(desk: Desk) -> None:
    """Without a database the answer is 503, which Klaviyo repeats for a day."""
    gone = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    ground = replace(desk.ground, database=gone)
    app = Starlette(
        routes=flow_webhook_routes(ground),
        exception_handlers={MarketingAgentError: answer_error},
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    async with httpx.AsyncClient(transport=transport, base_url=HOUSE) as http:
        answer = await http.post("/hooks/klaviyo/key/slug", json={})
    await gone.dispose()

    assert answer.status_code == 503


async def test_an_unknown_profile_is_dropped(desk: Desk) -> None:
    """The body is not trusted: Klaviyo has to know the profile it names."""
    form = await open_form(desk, ON_SUBMISSION)

    answer = await form.call("01NOBODY00000000000000000A")

    assert answer.status_code == 202
    assert await _confirmations(desk) == 0
    before = await desk.counts()
    await drain(desk.ground, desk.merchant_id)
    assert await desk.counts() == before


async def test_while_klaviyo_is_away_calls_wait(desk: Desk) -> None:
    """Nothing is lost and nothing confirmed; LINE's events are not held up."""
    form = await open_form(desk, ON_SUBMISSION)
    await form.call(await _submitted(form))

    async with open_http(httpx.MockTransport(_down)) as http:
        sender = Sender(http, patience=Patience(attempts=1))
        away = replace(desk.ground, sender=sender)
        desk.wakes.heard.clear()
        await drain(away, desk.merchant_id)

    assert (await desk.counts())["facts"] == 0
    assert desk.wakes.heard == [Work.DRAIN_INBOX]
    assert await _confirmations(desk) == 1


def _down(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(503)


async def test_the_secret_before_is_good_for_a_day(desk: Desk) -> None:
    """Time for the merchant to change the flow; afterwards only the new one is."""
    form = await open_form(desk, ON_SUBMISSION)
    profile = await _submitted(form)
    old = (await form.webhook())["secret"]
    await desk.write("configure_form_linkage", ON_SUBMISSION | {"renew_header": True})
    renewed = await form.webhook()

    assert renewed["secret"] != old
    assert renewed["former_secret_until"] is not None
    for secret in (old, renewed["secret"]):
        assert (await form.call(profile, secret=secret)).status_code == 202
    desk.clock.move(hours=24)
    assert (await form.call(profile, secret=old)).status_code == 401
    assert (await form.call(profile)).status_code == 202
    assert (await form.webhook())["former_secret_until"] is None


async def test_only_an_owner_in_person_reads_the_secret(desk: Desk) -> None:
    """Staff, viewers, agents and neighbours do not; the answer is not kept anywhere."""
    form = await open_form(desk, ON_SUBMISSION)
    path = f"/api/v1/form-linkages/{form.card['slug']}/webhook"

    async def read(**who: Any) -> httpx.Response:
        token = desk.tokens.token_for(desk.caller(**who))
        return await desk.http.get(path, headers={"Authorization": f"Bearer {token}"})

    refused = [
        await read(role=Role.STAFF),
        await read(role=Role.VIEWER),
        await read(kind=CallerKind.AGENT),
        await read(kind=CallerKind.MCP),
    ]
    owner, neighbour = await read(), await read(merchant_id=desk.neighbour_id)

    assert {answer.status_code for answer in refused} == {403}
    assert (neighbour.status_code, (await desk.http.get(path)).status_code) == (
        *(404, 401),
    )
    assert owner.headers["cache-control"] == "no-store"
    assert len(owner.json()["secret"]) == 43
    settings = await form_secrets.webhook_settings(
        desk.ground, desk.caller(), form.card["slug"]
    )
    assert settings.secret == owner.json()["secret"]
    assert settings.secret not in repr(settings)
