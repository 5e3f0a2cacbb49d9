"""The custom QR code before and after it is saved."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.core.errors import BadInput
from marketing_agent.core.facts import Evidence
from marketing_agent.core.match import MatchRule
from marketing_agent.core.qr_links import (
    DEFAULT_VARIABLES,
    LinkType,
    MissingVariable,
    NotAMergeVariable,
    QrLink,
    QrLinkDraft,
    QrLinkName,
    UnwantedVariable,
)
from marketing_agent.core.signals import SignalKind

EMAIL = DEFAULT_VARIABLES[SignalKind.EMAIL]
PHONE = DEFAULT_VARIABLES[SignalKind.PHONE]


def _draft(**changes: object) -> QrLinkDraft:
    values = {"name": "Spring", "link_type": LinkType.KLAVIYO_LINKAGE}
    return QrLinkDraft(**{**values, **changes})  # type: ignore[arg-type]


def test_a_draft_has_no_linking_url() -> None:
    """The URL exists once the code is saved: only then is there a slug."""
    assert "slug" not in {field.name for field in fields(QrLinkDraft)}
    assert not hasattr(_draft(email_variable=EMAIL), "url")


def test_the_linking_url_carries_the_variables_as_klaviyo_fills_them() -> None:
    """Nothing in the braces is encoded: Klaviyo would not know them any more.

    Beside the signals stands the KlaviyoID, which every profile has.
    """
    saved = QrLink(
        name="Spring",
        link_type=LinkType.KLAVIYO_LINKAGE,
        email_variable=EMAIL,
        phone_variable=PHONE,
        slug="abc234",
    )
    query = f"email={EMAIL}&phone={PHONE}&id={{{{ person.KlaviyoID }}}}"
    assert saved.url("https://s.test") == f"https://s.test/l/abc234?{query}"
    assert saved.image_url("https://s.test") == (
        f"https://s.test/l/abc234/qr.png?{query}"
    )


def test_without_variables_the_url_is_bare() -> None:
    """Link Type None leads to the shop's LINE account and names nobody."""
    saved = QrLink(name="Poster", link_type=LinkType.NONE, slug="abc234")
    assert saved.url("https://s.test") == "https://s.test/l/abc234"


@pytest.mark.parametrize(
    ("email", "phone", "rule", "evidence"),
    [
        (EMAIL, None, MatchRule.EITHER, Evidence.ONE_SIGNAL),
        (None, PHONE, MatchRule.EITHER, Evidence.ONE_SIGNAL),
        (EMAIL, PHONE, MatchRule.BOTH, Evidence.BOTH_SIGNALS),
    ],
)
def test_both_signals_have_to_match_only_where_both_are_asked(
    email: str | None, phone: str | None, rule: MatchRule, evidence: Evidence
) -> None:
    """The rule and the rank follow from the variables that were chosen."""
    draft = _draft(email_variable=email, phone_variable=phone)
    assert (draft.rule, draft.evidence) == (rule, evidence)


@pytest.mark.parametrize("name", ["", "   ", "\n\t", "x" * 101])
def test_a_name_has_1_to_100_characters(name: str) -> None:
    """An empty, blank or endless name is refused."""
    with pytest.raises(QrLinkName):
        _draft(name=name, email_variable=EMAIL)


def test_linkage_needs_a_variable() -> None:
    """Link Type Klaviyo Linkage without any signal could link nobody."""
    with pytest.raises(MissingVariable):
        _draft()


def test_link_type_none_takes_no_variable() -> None:
    """A variable that nothing would use is a misunderstanding to clear up."""
    with pytest.raises(UnwantedVariable):
        _draft(link_type=LinkType.NONE, email_variable=EMAIL)


@pytest.mark.parametrize(
    "variable",
    [
        "{{ email }}",
        "{{email}}",
        "{{ person|lookup:'Mail address' }}",
        "{{ person.phone_number|default:'' }}",
        "{{ メール }}",
    ],
)
def test_klaviyo_spellings_are_accepted(variable: str) -> None:
    """Filters, lookups and names of any language are merge variables."""
    assert _draft(email_variable=variable).email_variable == variable


@pytest.mark.parametrize(
    "variable",
    [
        "",
        "email",
        "hana.sato@mail.test",
        "{ email }",
        "{{}}",
        "{% if email %}",
        "{{ email }}{{ email }}",
        "{{ email }}&to=elsewhere",
        '{{ email|default:"x" }}',
        "{{ email }}#",
        "{{ <script> }}",
        "{{ a&b }}",
        "{{ email\n }}",
        "{{ email\0 }}",
        "{{ " + "x" * 200 + " }}",
    ],
)
def test_anything_else_is_refused_without_repeating_it(variable: str) -> None:
    """What was typed may be an address; the message shows an example instead."""
    with pytest.raises(NotAMergeVariable) as refusal:
        _draft(email_variable=variable)
    assert refusal.value.message == (
        f"That is no Klaviyo merge variable for the email. One looks like {EMAIL}."
    )


@given(st.text(max_size=130))
def test_any_text_is_a_variable_or_a_clear_refusal(text: str) -> None:
    """No text can break out of the URL's query or of an HTML attribute."""
    try:
        draft = _draft(email_variable=text)
    except BadInput:
        return
    inside = text[2:-2]
    assert text == "{{" + inside + "}}"
    assert not set(inside) & set('{}<>"&#\n\r\0')
    assert draft.asks == {SignalKind.EMAIL}
