"""`diagnose_linkage`: findings as data and as short text, and calls that mend them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketing_agent.core.callers import CallerKind, Role
from marketing_agent.core.diagnosis.checks import (
    friend,
    import_setting,
    landing_page,
    linking_url,
    target_form,
)
from marketing_agent.core.diagnosis.evidence import FriendSeen, ImportSeen
from marketing_agent.core.diagnosis.findings import Finding, FindingState
from marketing_agent.core.diagnosis.symptoms import Symptom, findings_of
from marketing_agent.toolbox.catalogue import all_tools
from marketing_agent.toolbox.diagnosis_tools import FindingLine, _told
from tests.core.diagnosis.given import (
    HANA,
    NOT_THERE,
    form,
    given,
    of_form,
    page,
    shop,
)
from tests.core.diagnosis.test_setting_checks import code
from tests.desk import EMAIL

if TYPE_CHECKING:
    from tests.desk import Desk

NOBODY = "U" + "9" * 32


async def test_a_symptom_gives_findings_worst_first(desk: Desk) -> None:
    """Each with its state, what was seen, the fix, and the call that mends it."""
    poster = {"name": "Poster for hana.sato@mail.test", "link_type": "none"}
    slug = (await desk.write("create_qr_link", poster))["slug"]
    await desk.write("create_qr_link", EMAIL)
    await desk.write("set_integration", {"on": False})

    answer = await desk.call("diagnose_linkage", {"symptom": "no_linking_url"})

    block, text = answer.json()["block"], answer.json()["text"]
    assert [each["state"] for each in block["findings"]] == ["problem", "problem", "ok"]
    typed, paused, well = block["findings"]
    assert typed["check"] == "linking_url"
    assert typed["evidence"] == [
        {"what": "custom QR code", "value": "Poster for h•••@m•••.test"}
    ]
    assert typed["remedy"]["tool"] == "update_qr_link"
    assert typed["remedy"]["arguments"]["slug"] == slug
    assert paused["remedy"] == {"tool": "set_integration", "arguments": {"on": True}}
    assert (well["fix"], well["remedy"]) == ("", None)
    assert text.splitlines()[-1] == "Fine: linking_url."
    assert "Tool: set_integration." in text
    assert "hana.sato" not in text


async def test_one_custom_qr_code_may_be_named(desk: Desk) -> None:
    """Then only that one is told about."""
    await desk.write("create_qr_link", EMAIL)
    slug = (await desk.write("create_qr_link", EMAIL))["slug"]
    about = {"symptom": "no_linking_url", "slug": slug}
    found = await desk.block("diagnose_linkage", about)
    assert [each["check"] for each in found["findings"]] == [
        "linking_url",
        "integration",
    ]


@pytest.mark.parametrize(
    ("about", "status", "says"),
    [
        ({}, 422, "symptom"),
        ({"symptom": "hiccups"}, 422, "symptom"),
        ({"symptom": "no_linking_url", "slug": "nowhere"}, 404, "custom QR code"),
        ({"symptom": "no_link_button", "form_id": "Nowhr1"}, 404, "form linkage"),
        ({"symptom": "not_linked", "line_user_id": NOBODY}, 404, "friend"),
        ({"symptom": "not_linked", "line_user_id": "Hana"}, 422, "LINE User ID"),
        ({"symptom": "no_linking_url", "slug": "../etc"}, 422, "slug"),
        ({"symptom": "not_linked", "profile_id": "a b"}, 422, "profile_id"),
    ],
)
async def test_what_is_not_there_is_a_clear_error(
    desk: Desk, about: dict[str, str], status: int, says: str
) -> None:
    """Unknown names are told by their noun, and nothing is asked of a platform."""
    answer = await desk.call("diagnose_linkage", about)
    assert (answer.status_code, says in answer.text) == (status, True)
    assert all(call.path == "/api/accounts" for call in desk.klaviyo.calls.all())


async def test_looking_into_something_changes_nothing(desk: Desk) -> None:
    """A viewer may ask, an agent may ask, and no row is written."""
    await desk.write("create_qr_link", EMAIL)
    before = await desk.counts()
    viewer = desk.caller(role=Role.VIEWER)
    agent = desk.caller(kind=CallerKind.AGENT)
    for caller in (viewer, agent):
        about = {"symptom": "not_linked"}
        answer = await desk.call("diagnose_linkage", about, caller=caller)
        assert answer.status_code == 200, answer.text
    assert await desk.counts() == before


def test_the_text_stays_short() -> None:
    """A model reads the worst eight, and that there are more."""
    lines = [
        FindingLine(
            check="x",
            state=FindingState.DOUBT,
            says=f"Number {number}.",
            evidence=[],
            fix="Mend it.",
            remedy=None,
        )
        for number in range(20)
    ]
    told = _told(lines)
    assert told.splitlines()[0] == "- doubt, x: Number 0. To do: Mend it."
    assert told.splitlines()[-1] == "And 12 more."
    assert _told([]) == "Nothing was found to be wrong."


def _mendable() -> list[Finding]:
    nowhere = page(url="https://www.shop.test/x")
    gone = ImportSeen(segment_name="x", property_name="x", segment=NOT_THERE)
    untried = FriendSeen(line_user=HANA, following=True)
    return [
        *findings_of(Symptom.NO_LINK_BUTTON, given(shop=shop(integration_on=False))),
        *target_form.check(of_form(form(form=NOT_THERE, versions=()))),
        *landing_page.check(of_form(form(page=nowhere))),
        *linking_url.check(given()),
        *linking_url.check(code(links=False)),
        *import_setting.check(given(imported=gone)),
        *friend.check(given(friend=untried, shop=shop(auto_link_on=False))),
    ]


def test_every_call_that_mends_is_one_of_our_tools() -> None:
    """A write that exists, with arguments that it takes."""
    remedies = [each.remedy for each in _mendable() if each.remedy is not None]
    tools = all_tools().tools
    assert len({each.tool for each in remedies}) == 7
    for remedy in remedies:
        tool = tools[remedy.tool]
        assert tool.effect == "write"
        assert remedy.arguments.keys() <= tool.takes.model_fields.keys()


def test_complete_calls_are_taken_as_they_are() -> None:
    """What needs nothing more from the merchant can be proposed at once."""
    tools = all_tools().tools
    asks_more = {"create_qr_link", "update_qr_link"}
    for finding in _mendable():
        remedy = finding.remedy
        if remedy is None or remedy.tool in asks_more or not remedy.arguments:
            continue
        tools[remedy.tool].takes.model_validate(dict(remedy.arguments))
