"""Klaviyo's forms and flows as the sandbox serves them: listing, versions, webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
import pytest_asyncio

from marketing_agent.core.facts import FormId
from marketing_agent.core.form_definitions import (
    FormVersion,
    SuccessButton,
    check_versions,
)
from marketing_agent.core.signals import SignalKind
from marketing_agent.platforms.http import open_http
from marketing_agent.platforms.klaviyo.client import KlaviyoClient
from marketing_agent.platforms.klaviyo.flows import flow_with_webhooks, live_flows
from marketing_agent.platforms.klaviyo.forms import all_forms, form_with_versions
from marketing_agent.platforms.klaviyo.forms_wire import read_flow, read_form
from marketing_agent.platforms.klaviyo.types import KlaviyoCredentials
from marketing_agent.platforms.sender import Patience, Sender
from marketing_agent.sandbox.klaviyo import KlaviyoWorld, klaviyo_app
from marketing_agent.sandbox.klaviyo.form_building import ab_test, popup_form

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from marketing_agent.platforms.klaviyo.exchange import KlaviyoExchange

URL = "https://links.test/f/ab12cd34ef"


@pytest.fixture
def world() -> KlaviyoWorld:
    """Give an account without forms."""
    world = KlaviyoWorld()
    world.limits.lift()
    return world


@pytest_asyncio.fixture
async def klaviyo(world: KlaviyoWorld) -> AsyncIterator[KlaviyoExchange]:
    """Call that account."""
    transport = httpx.ASGITransport(klaviyo_app(world))
    async with open_http(transport) as http:
        yield KlaviyoClient(
            "https://klaviyo.test",
            KlaviyoCredentials(private_key=world.private_key),
            Sender(http, patience=Patience(attempts=1)),
            account_key="one",
        ).exchange


async def test_every_form_is_listed_over_the_pages(
    world: KlaviyoWorld, klaviyo: KlaviyoExchange
) -> None:
    """More than a page of a hundred, each once, live and draft ones told apart."""
    ids = {
        world.forms.add(
            f"Form {number}",
            definition=popup_form(),
            status="draft" if number % 10 == 0 else "live",
        )
        for number in range(120)
    }

    found = await all_forms(klaviyo)

    assert len(found) == 120
    assert {form.id for form in found} == ids
    assert sum(form.live for form in found) == 108
    assert all(form.versions == () for form in found)


async def test_a_form_tells_what_its_versions_hold(
    world: KlaviyoWorld, klaviyo: KlaviyoExchange
) -> None:
    """From the published shape to the verdict on each live version's Success screen."""
    ready = popup_form(button_label="Link with LINE", button_url=URL, name="A")
    labelled = popup_form(steps=(("email",),), button_label="Link with LINE", name="B")
    draft = popup_form(name="C", status="draft")
    form_id = world.forms.add("Test", definition=ab_test(ready, labelled, draft))

    form = await form_with_versions(klaviyo, FormId(form_id))

    assert form is not None
    assert (form.name, form.live, form.ab_test) == ("Test", True, True)
    checks = check_versions(form.versions, button_url=URL, cta_label="Link with LINE")
    both = frozenset({SignalKind.EMAIL, SignalKind.PHONE})
    assert [(each.version, each.button, each.asks) for each in checks] == [
        ("A", SuccessButton.OURS, both),
        ("B", SuccessButton.BY_LABEL, frozenset({SignalKind.EMAIL})),
    ]


@pytest.mark.parametrize("form_id", ["nobody", "", "../accounts", "a b", "x" * 99])
async def test_an_unknown_form_is_none(klaviyo: KlaviyoExchange, form_id: str) -> None:
    """What cannot be an id is not even asked for."""
    assert await form_with_versions(klaviyo, FormId(form_id)) is None


async def test_a_flow_tells_which_webhooks_it_calls(
    world: KlaviyoWorld, klaviyo: KlaviyoExchange
) -> None:
    """Only flows that run are listed; the definition holds the address."""
    live = world.flows.add_webhook_flow(
        "Link", trigger="submitted_form", url="https://links.test/hooks/x", body="{}"
    )
    world.flows.add_webhook_flow(
        "Old",
        trigger="submitted_form",
        url="https://links.test/hooks/y",
        body="{}",
        status="draft",
    )

    listed = await live_flows(klaviyo)
    flow = await flow_with_webhooks(klaviyo, live)

    assert [each.id for each in listed] == [live]
    assert flow is not None
    assert (flow.live, flow.webhooks) == (True, ("https://links.test/hooks/x",))
    assert await flow_with_webhooks(klaviyo, "no/such") is None


def test_odd_shapes_are_nothing() -> None:
    """A definition in another shape gives fewer parts, never an error."""
    odd = {"versions": [{"status": "live", "steps": [{"columns": [{"rows": None}]}]}]}
    form = read_form({"id": "X", "attributes": {"definition": odd}})

    assert read_form({}) is None
    assert read_flow({"attributes": {}}) is None
    assert form is not None
    assert (form.name, form.live) == ("X", False)
    assert isinstance(form.versions[0], FormVersion)
    assert form.versions[0].steps[0].buttons == ()


def test_a_custom_property_is_no_signal() -> None:
    """Only Klaviyo's own email and phone fields are; left out names are the default."""
    blocks = [
        {"type": "email", "properties": {}},
        {"type": "phone_number", "properties": {"property_name": "Second phone"}},
        {"type": "text", "properties": {"property_name": "email"}},
    ]
    step = {"columns": [{"rows": [{"blocks": blocks}]}]}
    definition = {"versions": [{"steps": [{"columns": [], "steps": [step]}]}]}

    form = read_form({"id": "X", "attributes": {"definition": definition}})

    assert form is not None
    assert form.versions[0].steps[0].asks == frozenset({SignalKind.EMAIL})
