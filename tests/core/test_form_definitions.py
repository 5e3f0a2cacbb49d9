"""What a form's published definition says about its Success screen."""

from __future__ import annotations

import pytest

from marketing_agent.core.form_definitions import (
    FormButton,
    FormStep,
    FormVersion,
    SuccessButton,
    VersionCheck,
    check_versions,
)
from marketing_agent.core.signals import SignalKind

URL = "https://links.test/f/ab12cd34ef"
LABEL = "Link with LINE"
EMAIL = FormStep(
    asks=frozenset({SignalKind.EMAIL}), buttons=(FormButton(label="Continue"),)
)
PHONE = FormStep(asks=frozenset({SignalKind.PHONE}))


def _version(*steps: FormStep, live: bool = True, name: str = "Main") -> FormVersion:
    return FormVersion(name=name, live=live, steps=steps)


def _success(*buttons: FormButton) -> FormStep:
    return FormStep(buttons=buttons)


def _checked(*versions: FormVersion) -> tuple[VersionCheck, ...]:
    return check_versions(versions, button_url=URL, cta_label=LABEL)


def _button(button: FormButton) -> SuccessButton:
    (check,) = _checked(_version(EMAIL, _success(FormButton(label="Close"), button)))
    return check.button


@pytest.mark.parametrize(
    "url", [URL, f" {URL} ", f"{URL}/", f"{URL}?utm_source=form#top", URL.upper()[:18]]
)
def test_a_button_with_our_url_is_ours_whatever_was_added_to_it(url: str) -> None:
    """Klaviyo or a merchant may append tracking parameters, a slash, or spaces."""
    whole = url + URL[18:] if url.isupper() else url
    found = _button(FormButton(label=LABEL, url=whole.replace("HTTPS", "https")))

    assert found is SuccessButton.OURS


@pytest.mark.parametrize(
    "url",
    [
        "https://links.test/f/another",
        "https://links.test.evil.test/f/ab12cd34ef",
        "http://links.test/f/ab12cd34ef",
        "https://[broken",
        "",
    ],
)
def test_another_url_is_not_ours(url: str) -> None:
    """An old slug, another host or nothing at all does not pass as set up."""
    assert _button(FormButton(label="Close", url=url)) is SuccessButton.NONE


def test_our_url_under_another_text_is_told_apart() -> None:
    """Klaviyo may show a page the text of a button and not its address."""
    found = _button(FormButton(label="Get the coupon", url=URL))

    assert found is SuccessButton.BY_URL


def test_a_button_may_be_found_by_its_label_alone() -> None:
    """The script would find it; without the script it leads nowhere."""
    found = _button(FormButton(label=" link  with line "))

    assert found is SuccessButton.BY_LABEL


def test_only_the_last_step_is_the_success_screen() -> None:
    """Our URL on an earlier step does not help whoever has submitted the form."""
    early = FormStep(buttons=(FormButton(label=LABEL, url=URL),))

    assert _checked(_version(early, _success()))[0].button is SuccessButton.NONE


def test_every_live_version_is_checked_and_drafts_are_not() -> None:
    """An A/B test needs the button in each variation; nobody sees a draft."""
    ready = _version(EMAIL, PHONE, _success(FormButton(label=LABEL, url=URL)), name="A")
    bare = _version(EMAIL, _success(), name="B")
    draft = _version(EMAIL, _success(), live=False, name="C")

    both = frozenset({SignalKind.EMAIL, SignalKind.PHONE})
    assert _checked(ready, bare, draft) == (
        VersionCheck(version="A", button=SuccessButton.OURS, asks=both),
        VersionCheck(version="B", button=SuccessButton.NONE, asks=EMAIL.asks),
    )


def test_a_form_without_steps_has_nothing() -> None:
    """Neither a button nor a field, and no error."""
    assert _checked(_version()) == (
        VersionCheck(version="Main", button=SuccessButton.NONE, asks=frozenset()),
    )
    assert _checked() == ()
