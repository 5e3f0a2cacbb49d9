"""Forgeries by the thousand and rubbish of every kind: told apart, and nothing lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any, Final

from tests.form_desk import FORM, HANA, ON_SUBMISSION, ORIGIN, embed_key_of, open_form
from tests.journeys.methods.four_methods import (
    IMPORT,
    PROPERTY,
    SEGMENT,
    AutoLink,
    Import,
)
from tests.journeys.methods.seen import OURS, check_that_facts_say_so, line_user_id
from tests.journeys.methods.ways import set_property

if TYPE_CHECKING:
    import httpx

    from tests.desk import Desk
    from tests.form_desk import FormDesk

RUBBISH: Final[tuple[Any, ...]] = (
    *(0, -1.5, True, False, "", "  ", "rubbish", "x" * 5000, "\u202e💥"),
    *([], [None], ["U1", {"a": [1]}], {}, {"id": {"of": "nobody"}}),
    *("C" + "0" * 32, f"U{'e' * 32}", [f"U{'e' * 32}", f"U{'d' * 32}"]),
)
"""Every type of JSON, and ids of others."""
PARTS_OF_A_RUN: Final = ("valid", "empty", "malformed", "several_ids")
JSON: Final = {"origin": ORIGIN, "content-type": "application/json"}


async def test_a_thousand_forged_calls_leave_nothing_and_harm_nobody(
    desk: Desk,
) -> None:
    """Each is refused without a word of what there is; then a customer links."""
    form = await open_form(desk, ON_SUBMISSION)
    forgeries = await _forgeries(form)
    before, listed = await desk.counts(), await desk.block("show_form_linkage")
    desk.wakes.heard.clear()

    answers: Counter[int] = Counter()
    for path, content, headers in islice(cycle(forgeries), 1000):
        answer = await desk.http.post(path, content=content, headers=headers)
        answers[answer.status_code] += 1

    assert answers.keys() == {400, 401, 403, 404, 413, 429}
    assert await desk.counts() == before
    assert await desk.block("show_form_linkage") == listed
    assert desk.wakes.heard == []
    desk.clock.move(minutes=1)
    await form.join(HANA, await form.submit(HANA))
    (profile,) = desk.klaviyo.profiles()
    assert (await form.call(profile.id)).status_code == 202
    assert await form.stands(HANA) == ["linked"]


async def _forgeries(form: FormDesk) -> list[tuple[str, bytes, dict[str, str]]]:
    """Path, body and headers of each."""
    webhook = await form.webhook()
    tickets, good = f"/embed/{form.embed_key}/tickets", b'{"form": "XyZ123"}'
    neighbour = replace(form.desk, merchant_id=form.desk.neighbour_id)
    other = await embed_key_of(neighbour)
    hook = webhook["linking_url"]
    name = webhook["header"]
    return [
        (tickets, good, JSON | {"origin": "https://evil.test"}),
        (tickets, good, {"content-type": "application/json"}),
        (tickets, good + b" " * 100_000, JSON),
        (tickets, bytes(range(256)), JSON),
        (tickets, b'{"form": "XyZ123", "email": {"$ne": 1}}', JSON),
        (tickets, b"[" * 2000, JSON),
        (tickets, b'{"form": "../XyZ123"}', JSON),
        (tickets, b'{"form": "Unknown"}', JSON),
        (f"/embed/{other}/tickets", good, JSON),
        ("/embed/%00/tickets", good, JSON),
        (hook, b"{}", {name: "guessed"}),
        (hook, b"\xff" * 5000, {}),
        (hook[:-1], b"{}", {name: webhook["secret"]}),
    ]


async def test_a_guessed_submission_makes_a_ticket_and_nothing_else(
    desk: Desk,
) -> None:
    """Whoever posts what the script would post gets no further without a login."""
    form = await open_form(desk)
    desk.klaviyo.submit_form(FORM["form_id"], {"email": HANA.email})
    before, asked = await desk.counts(), len(desk.klaviyo.calls.all())

    answers: list[httpx.Response] = [
        await form.hand_over(email=f"guess{number}@mail.test") for number in range(9)
    ]
    await desk.work()

    assert {each.status_code for each in answers} == {201}
    assert await desk.counts() == before
    assert len(desk.klaviyo.calls.all()) == asked


async def test_what_stood_in_our_property_is_overwritten_and_given_back(
    desk: Desk,
) -> None:
    """Whatever it was: linked, it is ours; unlinked, it is what it was, exactly."""
    way = AutoLink(desk)
    customers = [await way.meet() for _ in RUBBISH]
    for customer, value in zip(customers, RUBBISH, strict=True):
        set_property(desk, customer.profile, OURS, value)
    for part in way.parts:
        for customer in customers:
            await way.take(customer, part)
    await way.work()
    for customer in customers:
        assert line_user_id(way, customer) == customer.person.line_user_id

    for customer in customers:
        friend = {"line_user_id": customer.person.line_user_id}
        await desk.write("unlink_friend", friend)
    await way.work()

    given_back = [line_user_id(way, customer) for customer in customers]
    assert given_back == list(RUBBISH)
    await check_that_facts_say_so(desk)


async def test_an_import_of_foreign_ids_and_rubbish_accounts_for_everyone(
    desk: Desk,
) -> None:
    """Half of the ids are nobody's here, the rest is rubbish: the sums are right."""
    way = Import(desk)
    customers = [await way.meet() for _ in range(10)]
    desk.klaviyo.segments.add("Old tool", segment_id=SEGMENT)
    for customer in customers:
        for part in way.parts:
            await way.take(customer, part)
    foreign = [f"U{number:032x}" for number in range(10)]
    for value in (*foreign, foreign[0], *RUBBISH):
        other = desk.klaviyo.add_profile()
        set_property(desk, other, PROPERTY, value)
        desk.klaviyo.segments.put(SEGMENT, other)
    await desk.work()

    preview = (await desk.block("show_import", IMPORT))["preview"]
    await desk.write("start_import", IMPORT)
    await way.work()
    report = await desk.block("query_linkage_status")
    run = (await desk.block("show_import"))["runs"][-1]["counts"]

    everyone = len(customers) + len(foreign) + 1 + len(RUBBISH)
    assert preview["counts"]["profiles"] == run["profiles"] == everyone
    assert run["linked"] == report["linked"] == len(customers)
    codes = Counter({each["code"]: each["count"] for each in report["attempts"]})
    assert codes == {"linked": 10, "waiting_friend": 12}
    assert sum(run[part] for part in PARTS_OF_A_RUN) == everyone
    await check_that_facts_say_so(desk)
