"""What each check of Form ID linkage concludes: evidence in, one finding out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from marketing_agent.core.diagnosis.checks import (
    flow_webhook,
    form_setting,
    landing_page,
    script_life,
    success_button,
    target_form,
)
from marketing_agent.core.diagnosis.evidence import Asked, FlowSeen, FormsSeen
from marketing_agent.core.diagnosis.findings import Remedy
from marketing_agent.core.form_definitions import SuccessButton
from tests.core.diagnosis.given import (
    DOUBT,
    HOUR,
    LONG_AGO,
    NO,
    NOT_CONNECTED,
    NOT_THERE,
    NOW,
    OK,
    PROBLEM,
    SILENT,
    UNKNOWN,
    YES,
    assert_told,
    by_flow,
    dead_form,
    form,
    given,
    of_form,
    page,
    setting,
    version,
)

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.findings import FindingState
    from marketing_agent.core.form_linkage import FormLinkage

ANOTHER = frozenset({"somebodyelse"})
NOBODY: frozenset[str] = frozenset()


def test_no_form_at_all() -> None:
    """Without a setting there is nothing to look at, and a tool makes one."""
    found = assert_told(form_setting.check(given()), PROBLEM, "not set up", "Target")
    assert found.remedy == Remedy(tool="configure_form_linkage")
    assert form_setting.check(of_form(form())) == []


def test_more_forms_than_are_looked_at() -> None:
    """What was not looked at is said, with the way to it."""
    evidence = given(forms=FormsSeen(seen=(form(),), left_out=4))
    found = assert_told(form_setting.check(evidence), UNKNOWN, "newest", "Name")
    assert found.evidence[0].value == "4"


@pytest.mark.parametrize(
    ("changed", "state", "says", "fix"),
    [
        ({}, OK, "live and asks", ""),
        ({"form": NOT_THERE, "versions": ()}, PROBLEM, "no longer has", "Remove"),
        ({"form": SILENT, "versions": ()}, UNKNOWN, "No answer.", "again"),
        ({"form": NO, "versions": ()}, UNKNOWN, "Refused.", "forms:read"),
        ({"form": NOT_CONNECTED, "versions": ()}, UNKNOWN, "Nothing", "Connect"),
        ({"versions": ()}, PROBLEM, "shown to nobody", "Publish"),
        ({"versions": (version(asks=()),)}, PROBLEM, "nothing to match", "block"),
        ({"versions": (version(), version(asks=()))}, PROBLEM, "neither", "block"),
    ],
)
def test_the_target_form(
    changed: dict[str, Any], state: FindingState, says: str, fix: str
) -> None:
    """There, live, and every live version asks for a signal; a deleted one is removed.

    What Klaviyo does not show, or where it is not connected, is not called deleted.
    """
    found = assert_told(target_form.check(of_form(form(**changed))), state, says, fix)
    remove = Remedy(tool="remove_form_linkage", arguments={"form_id": "XyZ123"})
    assert found.remedy == (remove if changed.get("form") is NOT_THERE else None)


@pytest.mark.parametrize(
    ("changed", "state", "says", "fix"),
    [
        ({}, OK, "is on the page", ""),
        ({"embed_keys": NOBODY}, PROBLEM, "not on the page", "Add"),
        ({"embed_keys": ANOTHER}, PROBLEM, "another merchant's", "Add"),
        (
            {"embed_keys": NOBODY, "in_comments": frozenset({"ourkey23"})},
            PROBLEM,
            "commented out",
            "Add",
        ),
        (
            {"embed_keys": NOBODY, "in_comments": ANOTHER},
            PROBLEM,
            "not on the page",
            "Add",
        ),
        ({"policy_forbids": True}, PROBLEM, "Content-Security-Policy", "script-src"),
        ({"status": 404}, PROBLEM, "status 404", "publish"),
        ({"status": 301}, PROBLEM, "status 301", "browser"),
        ({"status": 206}, OK, "is on the page", ""),
        ({"not_read": "no_address"}, PROBLEM, "cannot be opened", "correct"),
        ({"not_read": "unknown_host"}, PROBLEM, "no such web address", "correct"),
        ({"not_read": "private_host"}, PROBLEM, "private network", "correct"),
        ({"not_read": "unreachable"}, PROBLEM, "does not answer", "correct"),
        ({"not_read": "too_many_redirects"}, PROBLEM, "on and on", "correct"),
        ({"not_read": "too_slow"}, UNKNOWN, "five seconds", "browser"),
        ({"not_read": "too_big"}, UNKNOWN, "two million", "browser"),
        ({"not_read": "unreadable"}, UNKNOWN, "packed", "browser"),
    ],
)
def test_the_landing_page(
    changed: dict[str, Any], state: FindingState, says: str, fix: str
) -> None:
    """Without a sign of life of the script, what is on the page decides."""
    seen = dead_form(page=page(**changed))
    assert_told(landing_page.check(of_form(seen)), state, says, fix)


@pytest.mark.parametrize(
    ("lived", "state"),
    [
        ({}, DOUBT),
        ({"script_seen_at": LONG_AGO}, PROBLEM),
        ({"script_seen_on": "https://other.test"}, PROBLEM),
        ({"script_seen_at": None, "script_seen_on": None}, PROBLEM),
    ],
)
@pytest.mark.parametrize(
    "changed",
    [{"embed_keys": NOBODY}, {"status": 403}, {"not_read": "unreachable"}],
)
def test_what_only_a_browser_sees(
    changed: dict[str, Any], lived: dict[str, Any], state: FindingState
) -> None:
    """A tag manager or a wall against robots: the script lived there this week."""
    seen = form(page=page(**changed), setting=setting(**lived))
    [found] = landing_page.check(of_form(seen))
    assert found.state is state
    assert ("within a week" in found.says) is (state is DOUBT)


@pytest.mark.parametrize(
    ("led_to", "origins", "moved"),
    [
        ("https://shop.test/ja/welcome", ["https://shop.test"], False),
        ("https://www.shop.test/welcome", ["https://shop.test"], True),
        ("http://shop.test/welcome", ["https://shop.test"], True),
        (
            "https://www.shop.test/welcome",
            ["https://shop.test", "https://www.shop.test"],
            False,
        ),
    ],
)
def test_a_page_that_leads_to_another_site(
    led_to: str,
    origins: list[str],
    moved: bool,  # noqa: FBT001 - a row
) -> None:
    """The script may hand over only from origins that are saved; the call saves it."""
    seen = form(page=page(url=led_to), origins=frozenset(origins))
    [found] = landing_page.check(of_form(seen))
    assert found.state is (PROBLEM if moved else OK)
    if moved:
        assert found.remedy is not None
        assert found.remedy.arguments == {
            "form_id": "XyZ123",
            "cta_label": "Link with LINE",
            "landing_page": led_to,
            "timing": "immediate",
            "trigger": None,
        }


def test_an_address_is_shown_without_its_query() -> None:
    """A merchant may have copied the address with a customer's email in it."""
    led_to = "https://shop.test/welcome?email=hana.sato@mail.test#x"
    [found] = landing_page.check(of_form(form(page=page(url=led_to))))
    assert found.evidence[0].value == "https://shop.test/welcome"


@pytest.mark.parametrize(
    ("button", "state", "says", "fix"),
    [
        (SuccessButton.OURS, OK, "leads to the Success Screen", ""),
        (SuccessButton.BY_URL, DOUBT, "not the CTA Label", "the same"),
        (SuccessButton.BY_LABEL, DOUBT, "CTA Label", "Go to URL"),
        (SuccessButton.NONE, PROBLEM, "No button", "Add a Button block"),
    ],
)
def test_the_success_button(
    button: SuccessButton, state: FindingState, says: str, fix: str
) -> None:
    """Our address on the button of the last screen, and on no other's word."""
    seen = form(versions=(version(button),))
    assert_told(success_button.check(of_form(seen)), state, says, fix)


def test_every_live_version_is_looked_at() -> None:
    """One variation of an A/B test without the button hides nothing of the other."""
    two = version(name="A"), version(SuccessButton.NONE, name="B")
    found = success_button.check(of_form(form(versions=two)))
    assert [each.state for each in found] == [OK, PROBLEM]
    assert [each.evidence[1].value for each in found] == ["A", "B"]


@pytest.mark.parametrize(
    ("lived", "state", "says", "fix"),
    [
        ({}, OK, "runs on the landing page", ""),
        ({"script_seen_at": None}, DOUBT, "never run", "Open the landing page"),
        ({"script_seen_at": LONG_AGO}, DOUBT, "silent", "still holds"),
        ({"script_seen_on": "https://other.test"}, DOUBT, "another site", "Add"),
    ],
)
def test_the_life_of_the_script(
    lived: dict[str, Any], state: FindingState, says: str, fix: str
) -> None:
    """A sign of life within a week, on the landing page's own site."""
    seen = form(setting=setting(**lived))
    assert_told(script_life.check(of_form(seen)), state, says, fix)


def flows(looked_at: int, *, calls_us: bool, asked: Asked = YES) -> FlowSeen:
    """Three live flows, so many of them looked at."""
    return FlowSeen(asked=asked, calls_us=calls_us, looked_at=looked_at, live_flows=3)


CALLED = by_flow(webhook_seen_at=NOW - HOUR)
CALLED_LONG_AGO = by_flow(webhook_seen_at=LONG_AGO)


@pytest.mark.parametrize(
    ("saved", "flow", "state", "says", "fix"),
    [
        (CALLED, None, OK, "calls us", ""),
        (CALLED_LONG_AGO, flows(1, calls_us=True), DOUBT, "week", "Submit"),
        (by_flow(), flows(1, calls_us=True), DOUBT, "no call", "Copy the key"),
        (by_flow(), flows(3, calls_us=False), PROBLEM, "No live", "Set the flow"),
        (CALLED_LONG_AGO, flows(3, calls_us=False), PROBLEM, "No live", "live"),
        (by_flow(), flows(2, calls_us=False), UNKNOWN, "too many", "Open the flow"),
        (by_flow(), None, UNKNOWN, "was not asked", "again"),
        (by_flow(), FlowSeen(asked=NO), UNKNOWN, "Refused.", "flows:read"),
        (by_flow(), FlowSeen(asked=SILENT), UNKNOWN, "No answer.", "again"),
    ],
)
def test_the_flow_that_calls_us(
    saved: FormLinkage,
    flow: FlowSeen | None,
    state: FindingState,
    says: str,
    fix: str,
) -> None:
    """A call this week is proof; else a live flow with our Linking URL is looked for.

    None was found only if all of them were looked at.
    """
    seen = form(setting=saved, flow=flow)
    assert_told(flow_webhook.check(of_form(seen)), state, says, fix)


def test_without_flow_timing_no_flow_is_missed() -> None:
    """A form that links at once needs no flow."""
    assert flow_webhook.check(of_form(form())) == []
