"""No tool ever shows an email address, a phone number, a name or a credential."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from marketing_agent.core.callers import CallerKind, Role
from marketing_agent.core.masking import masked_email
from marketing_agent.sandbox.seed import PERSONAS, Persona
from tests.desk import LOGIN, MESSAGING

if TYPE_CHECKING:
    from tests.desk import Desk, Json

BOTH: Final = {
    "name": "Newsletter",
    "email_variable": "{{ email }}",
    "phone_variable": "{{ person.phone_number|default:'' }}",
}


def _seed(desk: Desk) -> None:
    for person in PERSONAS:
        desk.klaviyo.add_profile(
            email=person.email, phone_number=person.phone, first_name=person.first_name
        )
        desk.line.add_user(person.line_name, user_id=person.line_user_id)


def _url(card: Json, email: str, phone: str) -> str:
    base = str(card["linking_url"]).split("?")[0]
    return f"{base}?email={email}&phone={phone}".replace("+", "%2B")


async def _customers_of_every_kind(desk: Desk) -> None:
    """One linked, one unlinked, one mixed up, one unknown, one who waits."""
    hana, kenta, aoi, meiling, somchai = PERSONAS[:5]
    card = await desk.write("create_qr_link", BOTH)

    async def join(who: Persona, email: str, phone: str, **how: bool) -> None:
        await desk.join(who.line_user_id, _url(card, email, phone), **how)

    await join(hana, hana.email, hana.phone)
    await join(kenta, kenta.email, kenta.phone)
    await join(aoi, aoi.email, hana.phone)
    await join(meiling, "nobody.knows@mail.test", "+886900000099")
    await join(somchai, somchai.email, somchai.phone, add_friend=False)
    await join(PERSONAS[5], "{{ email }}", PERSONAS[5].phone)
    await desk.work()
    await desk.write("unlink_friend", {"line_user_id": kenta.line_user_id})
    await desk.work()


def _telling(person: Persona) -> list[str]:
    """What would give this person away, in any spelling that a program writes."""
    return [
        person.email,
        person.email.replace("@", "%40"),
        person.email.split("@")[0],
        masked_email(person.email),
        person.phone,
        person.phone[1:],
        person.phone[3:],
        person.line_name,
        person.last_name,
    ]


async def test_what_tools_say_gives_nobody_away(desk: Desk) -> None:
    """After real customers of every kind, all texts and blocks are scanned."""
    _seed(desk)
    await _customers_of_every_kind(desk)

    said = [
        (await desk.call("check_setup")).text,
        (await desk.call("show_qr_links")).text,
        (await desk.call("query_linkage_status")).text,
    ]
    for person in PERSONAS:
        one = {"line_user_id": person.line_user_id}
        said.append((await desk.call("query_linkage_status", one)).text)
        said.append((await desk.ask_approval("unlink_friend", one)).text)
    everything = "\n".join(said)

    # The test is worth something: all of them are in there.
    assert all(person.line_user_id in everything for person in PERSONAS)
    codes = {
        *("linked", "unlinked", "mismatch_refused", "waiting_profile"),
        *("waiting_friend", "invalid_signal"),
    }
    assert codes <= set(re.findall(r'"code":"(\w+)"', everything))
    for person in PERSONAS:
        for text in _telling(person):
            assert text not in everything
    secrets = (desk.klaviyo.private_key, LOGIN.secret, MESSAGING.secret)
    assert not any(secret in everything for secret in secrets)
    assert not re.search(r"[\w.+-]+@\w[\w-]*\.\w", everything)


async def test_the_counts_of_all_attempts_sum_up(desk: Desk) -> None:
    """Six customers tried: six attempts, each with its one reason."""
    _seed(desk)
    await _customers_of_every_kind(desk)

    report = await desk.block("query_linkage_status")

    assert sum(each["count"] for each in report["attempts"]) == 6
    assert (report["friends"], report["linked"]) == (5, 1)
    assert all(each["reason"] for each in report["attempts"])


async def test_a_viewers_agent_sees_counts_but_can_do_nothing(desk: Desk) -> None:
    """The reading tools answer a viewer; the writing ones are neither shown nor run."""
    viewer = desk.caller(CallerKind.AGENT, Role.VIEWER)

    offered = {each["name"] for each in await desk.offered(viewer)}
    status = await desk.call("query_linkage_status", caller=viewer)
    write = await desk.call("create_qr_link", BOTH, caller=viewer)

    reading = {"check_setup", "show_qr_links", "query_linkage_status", "show_changes"}
    assert offered >= reading
    assert not offered & {"create_qr_link", "unlink_friend", "undo_change"}
    assert (status.status_code, write.status_code) == (200, 403)
