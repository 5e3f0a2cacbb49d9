"""From a submitted form to a linked customer, at once or when a flow says so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from marketing_agent.core.facts import Evidence, Method
from marketing_agent.core.signals import SignalKind
from tests.desk import desk
from tests.form_desk import (
    DOUBLE_OPT_IN,
    FORM,
    HANA,
    KENTA,
    ON_SUBMISSION,
    open_form,
)

if TYPE_CHECKING:
    from marketing_agent.sandbox.seed import Persona
    from tests.desk import Desk
    from tests.form_desk import FormDesk

__all__ = ["desk"]


async def test_a_submitted_form_becomes_a_linked_customer(desk: Desk) -> None:
    """Form, link button, LINE login, friend: one link, by the form, in Klaviyo too."""
    form = await open_form(desk)

    ticket = await form.submit(HANA)
    await form.join(HANA, ticket)
    assert await form.stands(HANA) == ["linked"]
    link = await form.link(HANA)

    assert link is not None
    assert (link.method, link.matched_by) == (Method.FORM_LINKAGE, {SignalKind.EMAIL})
    (profile,) = desk.klaviyo.profiles()
    assert profile.properties["LINE User ID"] == HANA.line_user_id
    (listed,) = (await desk.block("show_form_linkage"))["form_linkages"]
    assert listed["handed_over"] == 1


async def test_either_signal_of_the_form_is_enough(desk: Desk) -> None:
    """A phone number that nobody can read does not spoil a good address."""
    form = await open_form(desk)
    desk.klaviyo.submit_form(FORM["form_id"], {"email": HANA.email})

    ticket = await form.ticket(email=HANA.email, phone="later")
    await form.join(HANA, ticket)

    assert await form.stands(HANA) == ["linked"]


async def test_an_unusable_submission_is_told_to_the_merchant(desk: Desk) -> None:
    """The customer sees the same way; the attempt is kept with its reason."""
    form = await open_form(desk)

    ticket = await form.ticket(email="hana at mail")
    await form.join(HANA, ticket)

    assert await form.stands(HANA) == ["invalid_signal"]


async def test_a_flow_on_the_submission_links_when_it_calls(desk: Desk) -> None:
    """Until then the claim waits; the webhook's profile has to be the one found."""
    form = await open_form(desk, ON_SUBMISSION)
    ticket = await form.submit(HANA)
    await form.join(HANA, ticket)
    assert await form.stands(HANA) == ["waiting_confirmation"]

    await form.flow_calls()
    await form.submit(HANA)
    await desk.klaviyo.flows_settled()

    assert [each.status for each in desk.klaviyo.flows.calls] == [202]
    assert await form.stands(HANA) == ["linked"]


async def test_double_opt_in_links_after_the_confirmation_alone(desk: Desk) -> None:
    """The list's confirmation email is what counts, however early LINE was ready."""
    list_id = desk.klaviyo.lists.add("Newsletter")
    form = await open_form(desk, DOUBLE_OPT_IN, list_id=list_id)
    await form.flow_calls()
    profile = desk.klaviyo.submit_form(FORM["form_id"], {"email": HANA.email})
    ticket = await form.ticket(email=HANA.email)
    await form.join(HANA, ticket)
    await desk.klaviyo.flows_settled()
    assert await form.stands(HANA) == ["waiting_confirmation"]

    desk.clock.move(hours=2)
    desk.klaviyo.confirm_subscription(profile, list_id)
    await desk.klaviyo.flows_settled()

    assert await form.stands(HANA) == ["linked"]
    link = await form.link(HANA)
    assert link is not None
    assert link.evidence is Evidence.CONFIRMED_OR_KLAVIYO_ID


async def test_an_older_confirmation_vouches_for_no_newer_submission(
    desk: Desk,
) -> None:
    """Whoever types the address of a confirmed subscriber proves nothing with it."""
    form = await open_form(desk, DOUBLE_OPT_IN)
    profile = desk.klaviyo.submit_form(FORM["form_id"], {"email": HANA.email})
    await form.call(profile)
    await desk.work()

    desk.clock.move(minutes=1)
    await form.join(KENTA, await form.ticket(email=HANA.email))

    assert await form.stands(KENTA) == ["waiting_confirmation"]


ORDERS: Final = (
    ("login", "follow", "lookup", "webhook"),
    ("login", "webhook", "lookup", "follow"),
    ("follow", "login", "lookup", "webhook"),
    ("follow", "webhook", "login", "lookup"),
    ("webhook", "login", "follow", "lookup"),
    ("webhook", "follow", "login", "lookup"),
)


async def test_the_parts_of_a_flow_timed_claim_come_in_any_order(desk: Desk) -> None:
    """Login, friendship, lookup and webhook end alike, whichever is first."""
    form = await open_form(desk, ON_SUBMISSION)
    for number, order in enumerate(ORDERS):
        key = f"reader-{number}"
        person = replace(HANA, key=key, email=f"{key}@mail.test")
        desk.line.add_user("Reader", user_id=person.line_user_id)
        await _take(form, person, order)
        desk.clock.move(minutes=1)

        assert await form.stands(person) == ["linked"], order
        assert await form.link(person) is not None


async def _take(form: FormDesk, person: Persona, order: tuple[str, ...]) -> None:
    desk = form.desk
    profile = desk.klaviyo.submit_form(FORM["form_id"], {"email": person.email})
    if order[0] == "webhook":
        # A flow that is faster than the customer's browser.
        await form.call(profile)
    desk.clock.move(seconds=20)
    ticket = await form.ticket(email=person.email)
    for step in order:
        desk.clock.move(seconds=1)
        match step:
            case "login":
                await form.join(person, ticket, add_friend=False)
            case "follow":
                await desk.line.follow(person.line_user_id)
                await desk.line.webhooks_settled()
            case "webhook":
                await form.call(profile)
            case _:
                await desk.work()


async def test_two_people_who_claim_one_confirmed_submission_are_both_held(
    desk: Desk,
) -> None:
    """The webhook cannot say which of them sent the form."""
    form = await open_form(desk, ON_SUBMISSION)
    profile = desk.klaviyo.submit_form(FORM["form_id"], {"email": HANA.email})
    for person in (HANA, KENTA):
        await form.join(person, await form.ticket(email=HANA.email))
    await desk.work()

    await form.call(profile)

    for person in (HANA, KENTA):
        assert await form.stands(person) == ["conflict_held"]


async def test_a_removed_setting_is_told_to_who_comes_later(desk: Desk) -> None:
    """Who had logged in is still decided, by their flow too; who logs in now is not."""
    form = await open_form(desk, ON_SUBMISSION)
    early, late = await form.submit(HANA), await form.submit(KENTA)
    await form.join(HANA, early)
    webhook = await form.webhook()
    await desk.write("remove_form_linkage", {"form_id": FORM["form_id"]})

    await form.join(KENTA, late)
    hana = next(p for p in desk.klaviyo.profiles() if p.email == HANA.email)
    answer = await desk.http.post(
        webhook["linking_url"],
        json={"form_id": FORM["form_id"], "profile_id": hana.id},
        headers={webhook["header"]: webhook["secret"]},
    )

    assert answer.status_code == 202
    assert await form.stands(HANA) == ["linked"]
    assert await form.stands(KENTA) == ["setting_removed"]
    assert (await form.hand_over(email=HANA.email)).status_code == 403


async def test_a_ticket_of_one_form_waits_for_no_other_forms_flow(desk: Desk) -> None:
    """Another form's webhook that names the same person confirms nothing."""
    form = await open_form(desk, ON_SUBMISSION)
    same = desk.klaviyo.forms.get(FORM["form_id"]).definition
    desk.klaviyo.forms.add("Other", form_id="Abc789", definition=same)
    other = await desk.write(
        "configure_form_linkage", ON_SUBMISSION | {"form_id": "Abc789"}
    )
    await form.join(HANA, await form.submit(HANA))
    (profile,) = desk.klaviyo.profiles()

    wrong = await form.call(profile.id, url=other["webhook"]["linking_url"])

    assert wrong.status_code == 401
    assert await form.stands(HANA) == ["waiting_confirmation"]
