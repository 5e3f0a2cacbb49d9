"""A merchant who writes and undoes, and everything that they can see of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import update

from marketing_agent.core.signals import LineUserId
from marketing_agent.sandbox.klaviyo.form_building import popup_form
from marketing_agent.sandbox.seed import PERSONAS
from marketing_agent.services.merchants import merchant_of
from marketing_agent.storage import links
from marketing_agent.storage.tables import changes as table
from tests.desk import EMAIL
from tests.form_desk import FORM

if TYPE_CHECKING:
    import httpx

    from marketing_agent.sandbox.seed import Persona
    from tests.desk import Desk, Json

HANA, KENTA = PERSONAS[:2]
UNLINK_HANA: Final = {"line_user_id": HANA.line_user_id}
OTHER: Final = {
    "name": "Summer",
    "email_variable": None,
    "phone_variable": "{{ person.phone_number }}",
}


async def try_write(desk: Desk, tool: str, arguments: Json) -> httpx.Response:
    """Approve a write and try to carry it out."""
    approval = await desk.approve(tool, arguments)
    return await desk.call(tool, arguments, approval=approval)


async def make(desk: Desk, tool: str, arguments: Json) -> int:
    """Approve a write, carry it out, and give the change's number."""
    answer = await try_write(desk, tool, arguments)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["change_id"])


async def undo(desk: Desk, change_id: int) -> int:
    """Undo a change; gives the number of the change that this is."""
    return await make(desk, "undo_change", {"change_id": change_id})


async def try_undo(desk: Desk, change_id: int) -> tuple[int, str]:
    """Try it: the status and the name of the error."""
    answer = await try_write(desk, "undo_change", {"change_id": change_id})
    return answer.status_code, answer.json().get("error", "")


async def two_customers(desk: Desk, held: Json | None = None) -> str:
    """Hana and Kenta are profiles, a form is set up; Hana is linked by a QR code.

    Gives its slug. `held` are the properties that both profiles had before.
    """
    for person in (HANA, KENTA):
        desk.klaviyo.add_profile(email=person.email, properties=held)
        desk.line.add_user(person.line_name, user_id=person.line_user_id)
    form = popup_form()
    desk.klaviyo.forms.add("Welcome", form_id=FORM["form_id"], definition=form)
    await desk.write("configure_form_linkage", FORM)
    for segment in ("SegOld", "SegNew"):
        desk.klaviyo.segments.add(segment, segment_id=segment)
    await desk.write("start_import", {"segment_id": "SegOld", "property": "line_uid"})
    card = await desk.write("create_qr_link", EMAIL)
    await open_as(desk, HANA, HANA.email, card["slug"])
    return str(card["slug"])


async def open_as(desk: Desk, who: Persona, email: str, slug: str) -> None:
    """Open the link that an email was filled with, log in and add the friend."""
    desk.clock.move(minutes=1)
    await desk.join(who.line_user_id, f"https://links.test/l/{slug}?email={email}")
    await desk.work()


async def held_pair(desk: Desk) -> Json:
    """What names the one item of the review list in a decision."""
    (item,) = (await desk.block("query_linkage_status"))["reviews"]
    (candidate,) = item["candidates"]
    return {
        "line_user_id": item["line_user_id"],
        "profile_id": candidate["profile_id"],
        "version": item["version"],
    }


async def visible(desk: Desk) -> Json:
    """Settings, segments, reviews, links, and the LINE User IDs in Klaviyo."""
    await desk.work()
    ends: Json = {}
    async with desk.ground.database.transaction() as tx:
        for person in (HANA, KENTA):
            line_user = LineUserId(person.line_user_id)
            link = await links.of_line_user(tx, desk.merchant_id, line_user)
            profile = None if link is None else link.profile
            ends[person.line_user_id] = profile
            if profile is not None:
                back = await links.of_profile(tx, desk.merchant_id, profile)
                assert back == link
    profiles = desk.klaviyo.profiles()
    merchant = await merchant_of(desk.ground, desk.merchant_id)
    held = (await desk.block("query_linkage_status"))["reviews"]
    return {
        "qr_links": (await desk.block("show_qr_links"))["qr_links"],
        "forms": (await desk.block("show_form_linkage"))["form_linkages"],
        "import": (await desk.block("show_import"))["setting"],
        "links": ends,
        "segments": (await desk.block("show_segments"))["segments"],
        "reviews": [(each["line_user_id"], each["row"]) for each in held],
        "klaviyo": {p.id: p.properties.get("LINE User ID") for p in profiles},
        "switches": (merchant.integration_on, merchant.auto_link_on),
    }


async def forget_targets(desk: Desk) -> None:
    """Make all changes as they were stored before changes had targets."""
    async with desk.ground.database.transaction() as tx:
        await tx.execute(update(table).values(target=None))
