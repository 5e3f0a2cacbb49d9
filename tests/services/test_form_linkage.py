"""Form ID linkage set up, changed and removed: what is read, refused, and undone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from marketing_agent.core.errors import CredentialsRefused, PlatformUnreachable
from marketing_agent.core.facts import FormId
from marketing_agent.platforms.http import open_http
from marketing_agent.platforms.sender import Patience, Sender
from marketing_agent.sandbox.klaviyo.form_building import popup_form
from marketing_agent.services import form_secrets, klaviyo_forms
from tests.form_desk import DOUBLE_OPT_IN, FORM, ON_SUBMISSION, open_form
from tests.services.undo_story import forget_targets, make, try_undo, try_write, undo

if TYPE_CHECKING:
    from tests.desk import Desk, Json


async def _settings(desk: Desk) -> list[Json]:
    block = await desk.block("show_form_linkage")
    return list(block["form_linkages"])


def _add(desk: Desk, form_id: str, name: str) -> None:
    desk.klaviyo.forms.add(name, form_id=form_id, definition=popup_form())


async def test_a_second_configuration_changes_the_first(desk: Desk) -> None:
    """One setting per form, under the button URL that is in the form already."""
    form = await open_form(desk)
    desk.klaviyo.forms.edit(FORM["form_id"], name="Renamed")

    changed = await desk.write("configure_form_linkage", DOUBLE_OPT_IN)

    assert [each["slug"] for each in await _settings(desk)] == [form.card["slug"]]
    assert changed["button_url"] == form.card["button_url"]
    assert (changed["form_name"], changed["trigger"]) == (
        *("Renamed", "subscribed_to_list"),
    )
    assert (form.card["webhook"], changed["webhook"]["header"]) == (
        *(None, "X-Linking-Key"),
    )


async def test_an_unknown_form_is_refused_with_those_that_there_are(
    desk: Desk,
) -> None:
    """A few names with their ids; the approval is not used up, nothing is saved."""
    nothing = await try_write(desk, "configure_form_linkage", FORM)
    for number in range(7):
        _add(desk, f"Form{number}", f"Form number {number}\nof hana@mail.test")
    refused = await try_write(desk, "configure_form_linkage", FORM)

    for answer in (nothing, refused):
        assert (answer.status_code, answer.json()["error"]) == (422, "UnknownForm")
    assert "has no forms yet" in nothing.json()["message"]
    told = refused.json()["message"]
    assert told.startswith("Klaviyo has no form with the id XyZ123. There are: ")
    assert told.endswith(" and 2 more.")
    assert told.count("Form number") == 5
    assert "hana@mail.test" not in told
    assert await _settings(desk) == []
    assert (await desk.counts())["changes"] == 0


async def test_while_klaviyo_fails_nothing_is_saved(desk: Desk) -> None:
    """The form's name has to be read first; the merchant hears what went wrong."""
    async with open_http(httpx.MockTransport(lambda _: httpx.Response(500))) as http:
        sender = Sender(http, patience=Patience(attempts=1))
        away = replace(desk.ground, sender=sender)
        async with away.database.merchant_transaction(desk.merchant_id) as tx:
            with pytest.raises(PlatformUnreachable):
                await klaviyo_forms.name_of(
                    away, tx, desk.merchant_id, FormId("XyZ123")
                )
    desk.klaviyo.private_key = "pk_another_key_than_the_one_that_was_connected"
    with pytest.raises(CredentialsRefused):
        await klaviyo_forms.forms_of(desk.ground, desk.merchant_id)


async def test_the_first_configuration_is_undone_by_removing(desk: Desk) -> None:
    """And its undo brings back the same slug; nothing is reused."""
    _add(desk, FORM["form_id"], "Welcome")
    made = await make(desk, "configure_form_linkage", FORM)
    (before,) = await _settings(desk)

    undone = await undo(desk, made)
    assert await _settings(desk) == []
    assert await desk.http.get(before["button_url"]) is not None
    await undo(desk, undone)

    assert await _settings(desk) == [before]


async def test_undoing_needs_no_klaviyo(desk: Desk) -> None:
    """Also of a form that is gone there since: the setting holds what it needs."""
    form = await open_form(desk)
    changed = await make(desk, "configure_form_linkage", ON_SUBMISSION)
    desk.klaviyo.forms.remove(FORM["form_id"])

    await undo(desk, changed)

    assert await _settings(desk) == [form.card]


async def test_a_removed_setting_does_not_come_back_beside_its_successor(
    desk: Desk,
) -> None:
    """The newer one has to be undone first, also where changes have no targets."""
    await open_form(desk)
    removed = await make(desk, "remove_form_linkage", {"form_id": FORM["form_id"]})
    again = await make(desk, "configure_form_linkage", FORM)

    assert await try_undo(desk, removed) == (409, "NewerChange")
    await forget_targets(desk)
    assert await try_undo(desk, removed) == (409, "FormTaken")
    await undo(desk, again)
    await undo(desk, removed)

    assert len(await _settings(desk)) == 1


async def test_undo_brings_back_no_secret(desk: Desk) -> None:
    """A new secret may be there because the old one leaked."""
    form = await open_form(desk, ON_SUBMISSION)
    change = await make(
        desk, "configure_form_linkage", ON_SUBMISSION | {"renew_header": True}
    )
    renewed = (await form.webhook())["secret"]

    await undo(desk, change)

    assert (await form.webhook())["secret"] == renewed


async def test_what_is_not_there_cannot_be_removed_or_shown(desk: Desk) -> None:
    """Neither before it was set up nor after it was removed, nor from next door."""
    named = {"form_id": FORM["form_id"]}
    missing = [await try_write(desk, "remove_form_linkage", named)]
    form = await open_form(desk)
    neighbour = desk.caller(merchant_id=desk.neighbour_id)
    missing.append(await desk.call("show_form_linkage", named, caller=neighbour))
    listed = await desk.call("show_form_linkage", caller=neighbour)
    await desk.write("remove_form_linkage", named)
    missing.append(await desk.call("show_form_linkage", named))
    missing.append(await try_write(desk, "remove_form_linkage", named))

    assert {answer.status_code for answer in missing} == {404}
    assert listed.json()["block"] == {"form_linkages": []}
    async with desk.ground.database.transaction() as tx:
        assert not await form_secrets.is_valid(
            desk.ground, tx, desk.neighbour_id, form.card["slug"], "x"
        )
