from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from marketing_agent.sandbox.klaviyo import Invalid, ab_test, popup_form

if TYPE_CHECKING:
    import httpx

    from marketing_agent.sandbox.klaviyo import KlaviyoWorld
    from tests.sandbox.klaviyo.clock import HandClock

URL = "https://links.test/f/ab12cd34"


def buttons(version: dict[str, Any], step: int) -> list[dict[str, Any]]:
    """Give the Button blocks of a step."""
    return [
        block
        for column in version["steps"][step]["columns"]
        for row in column["rows"]
        for block in row["blocks"]
        if block["type"] == "button"
    ]


def test_a_definition_tells_the_success_screen_button(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """The last step's button has the label and "Go to URL" as Klaviyo writes it."""
    popup = popup_form(button_label="Link with LINE", button_url=URL)
    form = world.forms.add("Sign up", definition=popup)

    whole = api.get(f"/api/forms/{form}").json()["data"]["attributes"]

    (version,) = whole["definition"]["versions"]
    (button,) = buttons(version, -1)
    assert [step["name"] for step in version["steps"]] == [
        "Step 1",
        "Step 2",
        "Success",
    ]
    assert button["properties"]["label"] == "Link with LINE"
    assert button["action"]["type"] == "redirect"
    assert button["action"]["properties"]["url"] == URL
    assert (version["status"], whole["status"]) == ("live", "live")


def test_a_form_can_test_two_live_versions_beside_a_draft(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """Both live versions are variations of a test, in the form and on their own."""
    versions = ab_test(
        popup_form(name="A", button_url=URL),
        popup_form(name="B", version_type="full_screen"),
        popup_form(name="Next", status="draft"),
    )
    form = world.forms.add("Sign up", definition=versions)

    shown = api.get(f"/api/forms/{form}").json()["data"]["attributes"]
    listed = api.get(f"/api/forms/{form}/form-versions").json()["data"]
    one = api.get(f"/api/form-versions/{listed[1]['id']}", params={"include": "form"})

    assert shown["ab_test"]
    told = [each["attributes"] for each in listed]
    assert [(t["variation_name"], t["status"], "ab_test" in t) for t in told] == [
        ("A", "live", True),
        ("B", "live", True),
        ("Next", "draft", False),
    ]
    assert one.json()["data"]["attributes"]["form_type"] == "full_page"
    assert one.json()["included"][0]["id"] == form


def test_forms_are_found_by_what_klaviyo_allows(
    api: httpx.Client, world: KlaviyoWorld, clock: HandClock
) -> None:
    """Part of the name, status and date filter forms; the list has no definitions."""
    world.limits.lift()
    popup = world.forms.add("Welcome popup", definition=popup_form())
    clock.advance(days=1)
    draft = world.forms.add("Footer", definition=popup_form(), status="draft")

    def found(text: str) -> list[str]:
        return [
            form["id"]
            for form in api.get("/api/forms", params={"filter": text}).json()["data"]
        ]

    assert found('contains(name,"popup")') == [popup]
    assert found('equals(status,"draft")') == [draft]
    assert found("less-than(created_at,2026-11-03T00:00:00Z)") == [popup]
    assert found("equals(ab_test,true)") == []
    listed = api.get("/api/forms").json()["data"]
    assert all("definition" not in form["attributes"] for form in listed)


def test_an_edit_replaces_the_definition(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """What the editor saved is read at the next look; a removed form is a 404."""
    form = world.forms.add("Sign up", definition=popup_form())
    world.forms.edit(form, popup_form(button_url=URL))

    (version,) = api.get(f"/api/forms/{form}").json()["data"]["attributes"][
        "definition"
    ]["versions"]
    assert buttons(version, -1)[0]["action"]["type"] == "redirect"
    world.forms.remove(form)
    assert api.get(f"/api/forms/{form}").status_code == 404


def test_a_submission_makes_a_profile_that_filters_find_late(
    api: httpx.Client, world: KlaviyoWorld, clock: HandClock
) -> None:
    """It is there by id at once, by email only after the indexing delay."""
    world.indexing_delay = timedelta(minutes=1)
    form = world.forms.add("Sign up", definition=popup_form())
    given = {"email": "Hana@mail.test", "$phone": "+819000000011", "Roast": "Light"}

    profile = world.submit_form(form, given)

    by_email = {"filter": 'equals(email,"hana@mail.test")'}
    assert world.profile(profile).phone_number == "+819000000011"
    assert world.profile(profile).properties == {"Roast": "Light"}
    assert api.get("/api/profiles", params=by_email).json()["data"] == []
    clock.advance(minutes=2)
    (found,) = api.get("/api/profiles", params=by_email).json()["data"]
    assert found["id"] == profile


def test_a_submission_is_an_event_of_that_form(world: KlaviyoWorld) -> None:
    """Each step is one `Form submitted by profile`, the last also completes the form.

    The same form can be submitted twice in one second.
    """
    form = world.forms.add("Sign up", definition=popup_form())
    hana = world.submit_form(form, {"email": "hana@mail.test"}, step="Step 1")
    again = {"email": "hana@mail.test", "phone": "+819000000011"}
    assert world.submit_form(form, again, step="Step 2") == hana

    told = [(e.metric.name, e.properties.get("form_id")) for e in world.events(hana)]
    assert told == [
        ("Form submitted by profile", form),
        ("Form submitted by profile", form),
        ("Form completed by profile", form),
    ]


def test_a_phone_of_another_profile_stays_there(world: KlaviyoWorld) -> None:
    """The email says whose submission it is; the taken number changes nobody."""
    hana = world.add_profile(email="hana@mail.test")
    kenta = world.add_profile(phone_number="+819000000012")
    form = world.forms.add("Sign up", definition=popup_form())

    given = {"email": "hana@mail.test", "phone": "+819000000012"}
    assert world.submit_form(form, given) == hana
    assert world.profile(hana).phone_number is None
    assert world.profile(kenta).phone_number == "+819000000012"


@pytest.mark.parametrize(
    "values", [{"email": "hana"}, {"phone": "090-0000-0011"}, {"Roast": "Light"}]
)
def test_a_form_refuses_what_its_inputs_would(
    world: KlaviyoWorld, values: dict[str, str]
) -> None:
    """No address, no E.164 number, or nobody at all: nothing is made."""
    form = world.forms.add("Sign up", definition=popup_form())

    with pytest.raises(Invalid):
        world.submit_form(form, values)

    assert world.profiles() == ()


def test_a_draft_cannot_be_submitted(world: KlaviyoWorld) -> None:
    """Nobody sees a form that is not live."""
    form = world.forms.add("Sign up", definition=popup_form(), status="draft")

    with pytest.raises(Invalid, match="not live"):
        world.submit_form(form, {"email": "hana@mail.test"})
