"""A link button that does not appear: each cause is found where it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from marketing_agent.core.diagnosis.findings import FindingState
from marketing_agent.core.diagnosis.symptoms import Symptom
from marketing_agent.core.errors import NotFound
from marketing_agent.core.facts import FormId
from marketing_agent.sandbox.klaviyo.form_building import ab_test, popup_form
from marketing_agent.sandbox.shop import Landing
from marketing_agent.storage import form_linkages
from tests.services.diagnosis.clinic import FORM, STRICT

if TYPE_CHECKING:
    from tests.services.diagnosis.clinic import Clinic

PROBLEM, DOUBT = FindingState.PROBLEM, FindingState.DOUBT
UNKNOWN, OK = FindingState.UNKNOWN, FindingState.OK
BUTTON = Symptom.NO_LINK_BUTTON


async def test_everything_well(clinic: Clinic) -> None:
    """The merchant did all that the settings screen says: nothing is found."""
    await clinic.link_form()
    await clinic.script_ran()

    found = await clinic.look(BUTTON, form_id=FormId(FORM))

    wrong = [each for some in found.values() for each in some if each.state is not OK]
    assert [each for each in wrong if each.check != "embed_script"] == []
    assert found.keys() >= {
        *("target_form", "landing_page", "success_button", "script_life"),
        *("klaviyo_account", "integration", "embed_script"),
    }


async def test_a_strict_page_that_lets_the_script_in(clinic: Clinic) -> None:
    """The shop's own policy names both scripts, and the reading of it agrees."""
    await clinic.link_form(landing_page=STRICT)
    assert (await clinic.states(BUTTON))["landing_page"] is OK


Spoil = Callable[["Clinic"], object]


def _page(**changes: Any) -> Spoil:
    def spoil(clinic: Clinic) -> None:
        for name, value in changes.items():
            setattr(clinic.page, name, value)

    return spoil


def _policy(clinic: Clinic) -> None:
    clinic.page.headers = {"content-security-policy": "script-src *, script-src 'self'"}


def _another_key(clinic: Clinic) -> None:
    key = clinic.embed_key.encode()
    clinic.page.html = clinic.page.html.replace(key, b"another")


def _commented_out(clinic: Clinic) -> None:
    clinic.page.html = b"<!-- " + clinic.page.html + b" -->"


def _moved(clinic: Clinic) -> None:
    landing = {"location": "https://shop.test/landing"}
    clinic.page.status, clinic.page.headers = 302, landing


@pytest.mark.parametrize(
    ("address", "spoil", "state", "says"),
    [
        ("https://page.test/", _page(), OK, "is on the page"),
        ("https://page.test/", _page(html=b"<p>"), PROBLEM, "not on the page"),
        ("https://page.test/", _page(status=503), PROBLEM, "status 503"),
        ("https://page.test/", _page(html=b"x" * 2_000_001), UNKNOWN, "two million"),
        ("https://page.test/", _another_key, PROBLEM, "another merchant's"),
        ("https://page.test/", _commented_out, PROBLEM, "commented out"),
        ("https://page.test/", _policy, PROBLEM, "Content-Security-Policy"),
        ("https://page.test/", _moved, PROBLEM, "another site"),
        ("https://down.test/", _page(), PROBLEM, "does not answer"),
        ("https://inside.test/", _page(), PROBLEM, "private network"),
        ("https://nowhere.test/", _page(), PROBLEM, "no such web address"),
    ],
)
async def test_the_landing_page(
    clinic: Clinic, address: str, spoil: Spoil, state: FindingState, says: str
) -> None:
    """Fetched live: down, huge, private, moved, closed by its policy, or without us."""
    await clinic.link_form(landing_page=address)
    spoil(clinic)
    [found] = (await clinic.look(BUTTON))["landing_page"]
    assert found.state is state
    assert says in found.says


async def test_a_tag_manager_is_no_more_than_a_doubt(clinic: Clinic) -> None:
    """The script is not in the HTML, and yet it lived there today."""
    await clinic.link_form()
    await clinic.script_ran()
    clinic.shop.landing = Landing()

    assert (await clinic.states(BUTTON))["landing_page"] is DOUBT
    clinic.desk.clock.move(days=8)
    assert (await clinic.states(BUTTON))["landing_page"] is PROBLEM


def _edit(definition: Any = None, **other: Any) -> Spoil:
    return lambda clinic: clinic.klaviyo.forms.edit(FORM, definition, **other)


@pytest.mark.parametrize(
    ("spoil", "check", "state"),
    [
        (_edit(popup_form()), "success_button", PROBLEM),
        (
            _edit(popup_form(button_label="link with  LINE")),
            "success_button",
            DOUBT,
        ),
        (
            _edit(ab_test(popup_form(button_label="Link with LINE"), popup_form())),
            "success_button",
            PROBLEM,
        ),
        (_edit(popup_form(steps=(("name",),))), "target_form", PROBLEM),
        (_edit(status="draft"), "target_form", PROBLEM),
        (lambda clinic: clinic.klaviyo.forms.remove(FORM), "target_form", PROBLEM),
        (
            lambda clinic: clinic.klaviyo.faults.answer(500, on="/api/forms"),
            "target_form",
            UNKNOWN,
        ),
        (
            lambda clinic: setattr(
                clinic.klaviyo, "scopes", frozenset({"accounts:read"})
            ),
            "target_form",
            UNKNOWN,
        ),
    ],
)
async def test_the_form_in_klaviyo(
    clinic: Clinic, spoil: Spoil, check: str, state: FindingState
) -> None:
    """Read live, every version of it; what Klaviyo does not show is not called gone."""
    await clinic.link_form()
    spoil(clinic)
    found = await clinic.states(BUTTON)
    assert found[check] is state
    assert found["landing_page"] is OK


async def _flow(clinic: Clinic, **other: Any) -> None:
    """Have a flow in Klaviyo that calls the setting's Linking URL."""
    shown = await clinic.desk.block("show_form_linkage", {"form_id": FORM})
    url = shown["form_linkages"][0]["webhook"]["linking_url"]
    told = {"trigger": "submitted_form", "url": url, "body": "{}"}
    clinic.klaviyo.flows.add_webhook_flow("After the form", **(told | other))


FLOW = {"timing": "flow", "trigger": "submitted_form"}


@pytest.mark.parametrize(
    ("flow", "called", "state", "says"),
    [
        (None, False, PROBLEM, "No live Klaviyo flow"),
        ({"status": "draft"}, False, PROBLEM, "No live Klaviyo flow"),
        ({"url": "https://other.test/hook"}, False, PROBLEM, "No live Klaviyo flow"),
        ({}, False, DOUBT, "no call with the right key"),
        ({}, True, OK, "calls us"),
        (None, True, OK, "calls us"),
    ],
)
async def test_the_flow_behind_the_form(
    clinic: Clinic,
    flow: dict[str, Any] | None,
    called: bool,  # noqa: FBT001 - a row
    state: FindingState,
    says: str,
) -> None:
    """A call that came proves it; else a live flow with our address is looked for."""
    slug = await clinic.link_form(**FLOW)
    if flow is not None:
        await _flow(clinic, **flow)
    if called:
        async with clinic.ground.database.transaction() as tx:
            now = clinic.desk.clock()
            await form_linkages.webhook_seen(tx, clinic.desk.merchant_id, slug, now)

    [found] = (await clinic.look(BUTTON))["flow_webhook"]
    assert found.state is state
    assert says in found.says


async def test_more_flows_than_are_looked_through(clinic: Clinic) -> None:
    """Ours may be among the rest: that is not known, and a few calls were enough."""
    await clinic.link_form(**FLOW)
    for _ in range(9):
        await _flow(clinic, url="https://other.test/hook")
    before = len(clinic.klaviyo.calls.all())

    [found] = (await clinic.look(BUTTON))["flow_webhook"]

    assert found.state is UNKNOWN
    assert len(clinic.klaviyo.calls.all()) - before <= 8


async def test_several_forms_are_looked_at_with_one_look_at_the_flows(
    clinic: Clinic,
) -> None:
    """The newest three; each is compared with what the same flows call."""
    for form_id in ("Aaa111", "Bbb222", "Ccc333"):
        clinic.klaviyo.forms.add(form_id, form_id=form_id, definition=popup_form())
        saved = {"cta_label": "Link", "landing_page": "https://page.test/"}
        about = {"form_id": form_id, **saved, **FLOW}
        await clinic.desk.write("configure_form_linkage", about)
        clinic.desk.clock.move(minutes=1)
    await clinic.link_form(**FLOW)
    await _flow(clinic)
    before = len(clinic.klaviyo.calls.all())

    found = await clinic.look(BUTTON)

    states = {each.evidence[0].value: each.state for each in found["flow_webhook"]}
    assert states == {"Welcome": DOUBT, "Ccc333": PROBLEM, "Bbb222": PROBLEM}
    assert found["form_setting"][0].evidence[0].value == "1"
    asked = [call.path for call in clinic.klaviyo.calls.all()[before:]]
    assert len([path for path in asked if path.startswith("/api/flows")]) == 2


async def test_no_form_is_set_up(clinic: Clinic) -> None:
    """That is the whole explanation."""
    found = await clinic.states(BUTTON)
    assert found["form_setting"] is PROBLEM
    assert "landing_page" not in found


async def test_a_form_that_is_not_linked_is_a_clear_error(clinic: Clinic) -> None:
    """Also one that only the neighbour has linked."""
    await clinic.link_form()
    with pytest.raises(NotFound, match="form linkage"):
        await clinic.look(BUTTON, form_id=FormId("Other1"))
