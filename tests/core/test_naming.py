"""What a link says about its reader beside the signals, and what it is worth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.core.facts import Evidence
from marketing_agent.core.match import Candidate, NamedBy
from marketing_agent.core.naming import Naming, read_naming
from tests.core.story import BY_EMAIL, HANA, P, Story

SITE = "AbC123"
ID = "01HZX3V5Q8K7M2N4P6R9S1T0WY"
KX = f"q7Rk_2-vXy0=.{SITE}"


@pytest.mark.parametrize(
    ("query", "value", "by"),
    [
        ({"_kx": KX}, KX, NamedBy.KX),
        ({"_kx": KX, "id": ID}, KX, NamedBy.KX),
        ({"_kx": KX.replace("=", "%3D")}, KX, NamedBy.KX),
        ({"_kx": f"q7 Rk==.{SITE}"}, f"q7+Rk==.{SITE}", NamedBy.KX),
        ({"id": ID}, ID, NamedBy.KLAVIYO_ID),
        ({"id": f" {ID} "}, ID, NamedBy.KLAVIYO_ID),
        ({"_kx": "q7Rk_2-vXy0=.OTHER1", "id": ID}, ID, NamedBy.KLAVIYO_ID),
        ({"id": "LkXh3Q"}, "LkXh3Q", None),
    ],
)
def test_the_strongest_name_of_a_link_is_read(
    query: dict[str, str], value: str, by: NamedBy | None
) -> None:
    """`_kx` of this account before the KlaviyoID; six characters prove nothing."""
    assert read_naming(query, SITE) == Naming(value=value, by=by)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"_kx": "", "id": ""},
        {"_kx": "q7Rk_2-vXy0=.OTHER1"},
        {"_kx": "preview"},
        {"_kx": f".{SITE}"},
        {"_kx": "A" * 201 + f".{SITE}"},
        {"id": "{{ person.KlaviyoID }}"},
        {"id": "PROFILE_ID"},
        {"id": ID + "X"},
    ],
)
def test_what_klaviyo_did_not_fill_in_names_nobody(query: dict[str, str]) -> None:
    """Placeholders of previews, other accounts' values and anything odd are ignored."""
    assert read_naming(query, SITE) is None
    assert read_naming({"_kx": KX}, None) is None


@given(st.dictionaries(st.sampled_from(["_kx", "id"]), st.text(max_size=60)))
def test_any_query_is_read(query: dict[str, str]) -> None:
    """Whatever a stranger writes, it is a name in Klaviyo's shape or none."""
    naming = read_naming(query, SITE)

    assert naming is None or naming.by is not None or len(naming.value) == 6


def _found(named_by: NamedBy | None) -> Candidate:
    return Candidate(row=13, profile=P, by=BY_EMAIL, named_by=named_by)


@pytest.mark.parametrize(
    ("named_by", "evidence"),
    [
        (None, Evidence.ONE_SIGNAL),
        (NamedBy.KLAVIYO_ID, Evidence.CONFIRMED_OR_KLAVIYO_ID),
        (NamedBy.KX, Evidence.EXCHANGE_ID),
        (NamedBy.TOKEN, Evidence.LINK_TOKEN),
    ],
)
def test_a_name_that_agrees_makes_the_link_stronger(
    named_by: NamedBy | None, evidence: Evidence
) -> None:
    """The link shows what named its profile too, not the signals alone."""
    story = Story()
    story.follows(HANA)
    story.claims("mail", HANA)
    story.looks_up("mail", HANA, _found(named_by))

    (link,) = story.result().links
    assert link.evidence is evidence


def test_a_later_stronger_name_is_remembered_for_a_link() -> None:
    """The same person comes again by a live email: the same link, better evidence."""
    story = Story()
    story.follows(HANA)
    for claim, named_by in (("old", None), ("new", NamedBy.KX)):
        story.claims(claim, HANA)
        story.looks_up(claim, HANA, _found(named_by))

    (link,) = story.result().links
    assert (link.made_by, link.evidence) == ("old", Evidence.EXCHANGE_ID)
