"""Merge variables as a Klaviyo email renders them."""

from __future__ import annotations

import pytest

from marketing_agent.sandbox.shop import Customer, MergeError
from marketing_agent.sandbox.shop.merge import check, render, variables

HANA = Customer(
    id="01HANA",
    email="hana+coffee@mail.test",
    phone="+819000000011",
    first_name="Hana",
    last_name="Sato",
    external_id="shop-7",
    properties={"LINE User ID": "U1", "Points": 0},
)
KNOWN = variables(HANA, {"name": "Hana Coffee", "url": "https://hana.test"})
NOBODY = variables(Customer(id="01NOBODY"), {"name": "Hana Coffee"})


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ email }}", "hana+coffee@mail.test"),
        ("{{email}}", "hana+coffee@mail.test"),
        ("{{ person.email }}", "hana+coffee@mail.test"),
        ("{{ person.phone_number }}", "+819000000011"),
        ("{{ person.phone_number|default:'' }}", "+819000000011"),
        ("{{ person.KlaviyoID }}", "01HANA"),
        ("{{ person.id }}", "shop-7"),
        ("{{ first_name }} {{ last_name }}", "Hana Sato"),
        ("{{ person.full_name }}", "Hana Sato"),
        ("{{ first_name|default:'friend' }}", "Hana"),
        ("{{ person|lookup:'LINE User ID' }}", "U1"),
        ('{{ person|lookup:"LINE User ID"|default:"none" }}', "U1"),
        ("{{ email|urlencode }}", "hana%2Bcoffee%40mail.test"),
        ("{{ first_name | upper }}", "HANA"),
        ("{{ organization.name }}", "Hana Coffee"),
        ("{{ person.Points }}", "0"),
    ],
)
def test_a_tag_prints_the_customers_value(template: str, text: str) -> None:
    """Each documented tag prints what the profile holds, as it is."""
    assert render(template, KNOWN) == text


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("<{{ email }}>", "<>"),
        ("{{ person.phone_number|default:'' }}", ""),
        ("{{ first_name|default:'friend' }}", "friend"),
        ("{{ person|lookup:'LINE User ID' }}", ""),
        ("{{ Email }}", ""),
        ("{{ event.value }}", ""),
        ("{{ email.domain }}", ""),
        ("{{ person.KlaviyoID }}", "01NOBODY"),
    ],
)
def test_what_is_unknown_prints_nothing(template: str, text: str) -> None:
    """Missing values and unknown names leave nothing behind; default fills in."""
    assert render(template, NOBODY) == text


def test_values_are_placed_raw_into_a_link() -> None:
    """Without `urlencode` a `+` stays a `+`: the receiver will read a space."""
    template = "https://m.test/l/a?email={{ email }}&phone={{ person.phone_number }}"

    assert render(template, KNOWN) == (
        "https://m.test/l/a?email=hana+coffee@mail.test&phone=+819000000011"
    )


@pytest.mark.parametrize("text", ["{ email }", "{{ email", "{% if x %}", "a }} b"])
def test_what_is_no_tag_stays(text: str) -> None:
    """Braces that are no variable tag are left alone."""
    assert render(text, KNOWN) == text


@pytest.mark.parametrize(
    "template",
    [
        "{{ }}",
        "{{ 7 }}",
        "{{ email name }}",
        "{{ email|shout }}",
        "{{ email|default:fallback }}",
        "{{ email| }}",
    ],
)
def test_a_broken_tag_cannot_be_saved(template: str) -> None:
    """A tag that is no expression is refused before anything is sent."""
    with pytest.raises(MergeError):
        check(template)
