"""The settings of Form ID linkage: what is refused, and what the merchant copies."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from marketing_agent.core.facts import Evidence, FormId
from marketing_agent.core.form_linkage import (
    CtaLabel,
    FormLinkage,
    FormLinkageDraft,
    FormTiming,
    FormTrigger,
    LandingPage,
    NotAFormId,
    TriggerNeeded,
    UnwantedTrigger,
    embed_code,
    origin_of,
    submission_details,
)
from marketing_agent.core.match import MatchRule

if TYPE_CHECKING:
    from marketing_agent.core.errors import BadInput

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FORM = FormId("XyZ123")
FLOW = FormTiming.FLOW


def _draft(**other: Any) -> FormLinkageDraft:
    given: dict[str, Any] = {
        "form_id": FORM,
        "cta_label": "Link with LINE",
        "landing_page": "https://shop.test/welcome",
    }
    return FormLinkageDraft(**(given | other))


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"form_id": ""}, NotAFormId),
        ({"form_id": "../profiles"}, NotAFormId),
        ({"form_id": "X" * 41}, NotAFormId),
        ({"cta_label": " "}, CtaLabel),
        ({"cta_label": "x" * 41}, CtaLabel),
        ({"cta_label": "two\nlines"}, CtaLabel),
        ({"cta_label": "two\u2028lines"}, CtaLabel),
        ({"cta_label": "half \ud83d"}, CtaLabel),
        ({"landing_page": "http://shop.test/welcome"}, LandingPage),
        ({"timing": FLOW}, TriggerNeeded),
        ({"trigger": FormTrigger.SUBMITTED_FORM}, UnwantedTrigger),
    ],
)
def test_a_wrong_setting_is_refused_with_what_to_change(
    wrong: dict[str, Any], error: type[BadInput]
) -> None:
    """Each field has an error of its own, before anything is saved."""
    with pytest.raises(error):
        _draft(**wrong)


@pytest.mark.parametrize(
    "label",
    ["L", "LINEと\u3000連携する", "เชื่อมต่อกับ LINE", "LINE 👨\u200d👩\u200d👧", "x" * 40],
)
def test_a_label_may_be_in_any_language(label: str) -> None:
    """Full-width spaces, combining letters and joined emoji are all one line."""
    assert _draft(cta_label=label).cta_label == label


@pytest.mark.parametrize(
    ("page", "origin"),
    [
        ("https://shop.test", "https://shop.test"),
        ("https://Shop.Test:443/a?b=c#d", "https://shop.test"),
        ("https://shop.test:8443/", "https://shop.test:8443"),
        ("https://珈琲.test/会員", "https://xn--hdyui.test"),
        ("http://localhost:5173/lp.html", "http://localhost:5173"),
        ("http://shop.localhost/", "http://shop.localhost"),
        ("http://127.0.0.1:80/", "http://127.0.0.1"),
    ],
)
def test_a_page_has_the_origin_that_its_browsers_send(page: str, origin: str) -> None:
    """Exactly as in an Origin header, so that it can be compared as text."""
    assert origin_of(page) == origin
    assert _draft(landing_page=page).origins == (origin,)


@pytest.mark.parametrize(
    "page",
    [
        "",
        "shop.test/welcome",
        "//shop.test",
        "https://",
        "https:///welcome",
        "http://shop.test",
        "http://localhost.shop.test",
        "http://127.0.0.1.shop.test",
        "ftp://shop.test",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://*.shop.test",
        "https://*",
        "https://user@shop.test",
        "https://shop.test\\@evil.test",
        "https://shop.test:99999",
        "https://shop.test:0",
        "https://shop .test",
        "https://shop.test/\r\nx",
        "https://-shop.test",
        "https://shop..test",
        "https://[::1",
        'https://shop.test"><script>/',
        "https://" + "a" * 2000,
        "null",
    ],
)
def test_what_is_no_https_page_is_refused(page: str) -> None:
    """No wildcard, no credentials, nothing that two readers understand differently."""
    with pytest.raises(LandingPage):
        origin_of(page)


@pytest.mark.parametrize(
    ("timing", "trigger", "evidence", "confirmed_by"),
    [
        (FormTiming.IMMEDIATE, None, Evidence.ONE_SIGNAL, None),
        (FLOW, FormTrigger.SUBMITTED_FORM, Evidence.ONE_SIGNAL, FORM),
        (FLOW, FormTrigger.SUBSCRIBED_TO_LIST, Evidence.CONFIRMED_OR_KLAVIYO_ID, FORM),
    ],
)
def test_the_setting_says_how_strong_a_submission_is(
    timing: FormTiming,
    trigger: FormTrigger | None,
    evidence: Evidence,
    confirmed_by: FormId | None,
) -> None:
    """Anybody can type an address; only double opt-in proves it."""
    draft = _draft(timing=timing, trigger=trigger)

    assert (draft.evidence, draft.confirmed_by) == (evidence, confirmed_by)
    assert draft.rule is MatchRule.EITHER


def test_a_flow_on_the_submission_may_be_faster_than_the_browser() -> None:
    """There alone a confirmation from minutes before the hand-over still counts."""
    early = _draft(timing=FLOW, trigger=FormTrigger.SUBMITTED_FORM)
    proved = _draft(timing=FLOW, trigger=FormTrigger.SUBSCRIBED_TO_LIST)

    assert early.submitted(NOW) == NOW - timedelta(minutes=5)
    assert proved.submitted(NOW) == NOW
    assert _draft().submitted(NOW) is None


def test_what_the_merchant_copies() -> None:
    """Embed code, button URL, webhook URL and body, each ready to paste."""
    saved = FormLinkage(
        slug="ab12cd34ef",
        form_name="Welcome",
        form_id=FORM,
        cta_label="Link with LINE",
        landing_page="https://shop.test/welcome",
    )
    house = "https://links.test"

    assert embed_code(house, "k3y") == (
        '<script async src="https://links.test/embed/k3y.js"></script>'
    )
    assert saved.button_url(house) == "https://links.test/f/ab12cd34ef"
    assert saved.webhook_url(house, "unguessable") == (
        "https://links.test/hooks/klaviyo/unguessable/ab12cd34ef"
    )
    assert json.loads(submission_details(FORM)) == {
        "form_id": "XyZ123",
        "profile_id": "{{ person.KlaviyoID }}",
    }
