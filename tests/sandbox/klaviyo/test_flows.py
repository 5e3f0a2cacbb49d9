"""Flows call webhooks: what sets them off, what they send, how they repeat."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest
import pytest_asyncio

from marketing_agent.sandbox.klaviyo import (
    CallMode,
    EventDraft,
    Invalid,
    KlaviyoWorld,
    NotEmulated,
    popup_form,
)
from tests.sandbox.klaviyo.clock import HandClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

BODY = '{"form_id":"{{ event.form_id }}","profile_id":"{{ person.KlaviyoID }}"}'
HOOK = "https://links.test/hooks/klaviyo/k/s"
HANA = {"email": "hana@mail.test"}


class Receiver(httpx.AsyncBaseTransport):
    """The merchant's side: answers these statuses in turn, then 202."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.got: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer."""
        self.got.append(request)
        return httpx.Response(self.answers.pop(0) if self.answers else 202)

    @property
    def profiles(self) -> list[str]:
        """Whom the calls were about."""
        return [json.loads(request.content)["profile_id"] for request in self.got]


@pytest.fixture
def receiver() -> Receiver:
    """Give the receiver."""
    return Receiver()


@pytest_asyncio.fixture
async def world(receiver: Receiver) -> AsyncIterator[KlaviyoWorld]:
    """Give an account with a live form, whose flows reach the receiver."""
    world = KlaviyoWorld(clock=HandClock(), transport=receiver)
    world.flows.webhooks.pause = 0
    world.lists.add("Newsletter", list_id="list01")
    definition = popup_form(list_id="list01")
    world.forms.add("Sign up", form_id="form01", definition=definition)
    yield world
    await world.aclose()


def on_submission(world: KlaviyoWorld, form_id: str | None = "form01") -> str:
    """Add a flow that calls when the form is submitted."""
    return world.flows.add_webhook_flow(
        "Tell LINE Link",
        trigger="submitted_form",
        form_id=form_id,
        url=HOOK,
        headers={"X-Linking-Key": "secret"},
        body=BODY,
    )


@pytest.mark.asyncio
async def test_a_submission_calls_the_webhook(
    world: KlaviyoWorld, receiver: Receiver
) -> None:
    """The call is a POST with the merchant's header and the profile put into it."""
    flow = on_submission(world)

    hana = world.submit_form("form01", HANA)
    await world.flows_settled()

    (request,) = receiver.got
    assert (request.method, str(request.url)) == ("POST", HOOK)
    assert json.loads(request.content) == {"form_id": "form01", "profile_id": hana}
    assert request.headers["X-Linking-Key"] == "secret"
    assert request.headers["X-Klaviyo-Flow-ID"] == flow
    assert request.headers["Content-Type"] == "application/json"
    assert [call.status for call in world.flows.calls] == [202]


@pytest.mark.asyncio
async def test_only_what_triggers_a_live_flow_calls(
    world: KlaviyoWorld, receiver: Receiver
) -> None:
    """Another form, a draft flow and a backfilled event call nothing."""
    on_submission(world, "other1")
    world.flows.edit(on_submission(world), status="draft")
    on_submission(world)
    submitted = EventDraft(
        metric="Form submitted by profile",
        service="Klaviyo",
        identifiers=HANA,
        properties={"form_id": "form01"},
        backfill=True,
    )
    world.record_event(submitted)
    await world.flows_settled()
    assert receiver.got == []

    world.submit_form("form01", HANA)
    await world.flows_settled()
    assert len(receiver.got) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("answers", "posts"),
    [
        ([429, 500, 502, 503], 5),
        ([503] * 40, 18),
        ([400, 202], 1),
        ([401], 1),
        ([302], 1),
        ([504], 1),
    ],
)
async def test_some_answers_are_tried_again(
    world: KlaviyoWorld, receiver: Receiver, answers: list[int], posts: int
) -> None:
    """429, 500, 502 and 503 are repeated, at most 17 times; all else is skipped."""
    on_submission(world)
    receiver.answers = answers

    world.submit_form("form01", HANA)
    await world.flows_settled()

    assert len(receiver.got) == posts == len(world.flows.calls)


@pytest.mark.asyncio
async def test_a_double_opt_in_calls_after_the_confirmation(
    world: KlaviyoWorld, receiver: Receiver
) -> None:
    """Submitting is not enough; and an existing subscriber calls nothing again."""
    flow = world.flows.add_webhook_flow(
        "Subscribed",
        trigger="subscribed_to_list",
        list_id="list01",
        url=HOOK,
        body='{"profile_id":"{{ person.KlaviyoID }}","form":"{{ event.form_id }}"}',
    )
    hana = world.submit_form("form01", HANA)
    await world.flows_settled()
    assert receiver.got == []

    world.confirm_subscription(hana, "list01")
    world.confirm_subscription(hana, "list01")
    world.submit_form("form01", HANA)
    await world.flows_settled()

    assert receiver.profiles == [hana]
    assert world.flows.get(flow).trigger_type == "Added to List"
    told = [event.metric.name for event in world.events(hana)]
    assert told.count("Subscribed to List") == 1


@pytest.mark.asyncio
async def test_a_suppressed_subscriber_who_comes_back_is_news(
    world: KlaviyoWorld, receiver: Receiver
) -> None:
    """Who is on the list but took no email subscribes anew, and takes email again."""
    world.flows.add_webhook_flow(
        "Any list", trigger="subscribed_to_list", url=HOOK, body=BODY
    )
    hana = world.add_profile(email="hana@mail.test")
    world.lists.put("list01", hana)
    world.suppress(hana)

    world.submit_form("form01", HANA)
    await world.flows_settled()

    assert receiver.profiles == [hana]
    assert world.profile(hana).suppression is None


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("mode", "order"),
    [
        (CallMode.NORMAL, [0, 1]),
        (CallMode.TWICE, [0, 0, 1, 1]),
        (CallMode.LATE, [0, 1]),
        (CallMode.OUT_OF_ORDER, [1, 0]),
        (CallMode.LOST, []),
        (CallMode.HELD, []),
    ],
)
async def test_calls_misbehave_on_request(
    world: KlaviyoWorld, receiver: Receiver, mode: CallMode, order: list[int]
) -> None:
    """A call can come twice, late, after the next one, or not at all."""
    on_submission(world)
    world.flows.webhooks.mode = mode
    people = [
        world.submit_form("form01", {"email": f"p{number}@mail.test"})
        for number in range(2)
    ]
    await world.flows_settled()
    assert receiver.profiles == [people[number] for number in order]


@pytest.mark.asyncio
async def test_held_calls_come_when_released(
    world: KlaviyoWorld, receiver: Receiver
) -> None:
    """What was held goes out afterwards, as it was when it was made."""
    on_submission(world)
    world.flows.webhooks.mode = CallMode.HELD
    hana = world.submit_form("form01", HANA)
    world.delete(hana)

    world.flows.webhooks.release()
    await world.flows_settled()

    assert receiver.profiles == [hana]


@pytest.mark.parametrize(
    ("tags", "text"),
    [
        ("{{ email }} {{person.email}}", "hana@mail.test hana@mail.test"),
        ("{{ person.phone_number|default:'none' }}", "none"),
        ("{{ person|lookup:'LINE User ID' }}", "U1"),
        ("{{ person.id }}|{{ person.nothing }}", "c-1|"),
        ('{{ first_name|default:"friend" }}', "Hana"),
        ("{{ person.full_name }} of {{ organization.name }}", "Hana Sato of Hana"),
        ("{{ Email }}", ""),
    ],
)
def test_merge_tags_are_filled_in(tags: str, text: str) -> None:
    """Names are case-sensitive, what is missing prints nothing or its default."""
    world = KlaviyoWorld()
    world.forms.add("Sign up", form_id="form01", definition=popup_form())
    world.add_profile(
        email="hana@mail.test",
        external_id="c-1",
        first_name="Hana",
        last_name="Sato",
        properties={"LINE User ID": "U1"},
    )
    flow = world.flows.add_webhook_flow(
        "Tell", trigger="submitted_form", url=HOOK, body=tags
    )
    world.flows.webhooks.mode = CallMode.HELD

    world.submit_form("form01", HANA)

    (made,) = world.flows.webhooks.kept
    assert made.flow_id == flow
    assert made.body.removesuffix(" Coffee") == text


def test_a_flow_that_klaviyo_would_not_take_is_refused() -> None:
    """A webhook is https; a template filter unknown here is not guessed at."""
    world = KlaviyoWorld()

    for url, body, refusal in (
        ("http://links.test/hook", "{}", Invalid),
        (HOOK, "{{ email|urlencode }}", NotEmulated),
    ):
        with pytest.raises(refusal):
            world.flows.add_webhook_flow(
                "Tell", trigger="submitted_form", url=url, body=body
            )
