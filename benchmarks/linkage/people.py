"""People of the sandbox: profiles at Klaviyo, friends on LINE, links between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.sandbox.seed import IMPORTED, PERSONAS, SYNCED

if TYPE_CHECKING:
    from benchmarks.linkage.environment import Environment
    from marketing_agent.sandbox.seed import Persona
    from tests.desk import Desk

HANA, KENTA, AOI = PERSONAS[:3]
EVERYBODY: Final[dict[str, Persona]] = {
    each.key: each for each in (*PERSONAS, *IMPORTED, *SYNCED)
}
_QR: Final = {"name": "Newsletter", "email_variable": "{{ email }}"}


async def a_friend_linked(shop: Environment) -> None:
    """Hana is linked by the QR code "Newsletter", which is made if it is missing."""
    _known(shop.desk, HANA)
    await _open_as(shop.desk, HANA, HANA.email)


async def a_friend_unlinked(shop: Environment) -> None:
    """Kenta opened the QR code with an address that no profile has."""
    _known(shop.desk, KENTA, email="somebody.else@mail.test")
    await _open_as(shop.desk, KENTA, KENTA.email)


async def a_profile_without_signal(shop: Environment) -> None:
    """Aoi's profile has neither email address nor phone number."""
    properties = {"First name": AOI.first_name}
    shop.desk.klaviyo.add_profile(profile_id="AoiNoS", properties=properties)


async def a_conflict(shop: Environment) -> None:
    """Kenta opened Hana's email: the pair waits for the merchant's decision."""
    await a_friend_linked(shop)
    _known(shop.desk, KENTA)
    await _open_as(shop.desk, KENTA, HANA.email)


def _known(desk: Desk, person: Persona, email: str | None = None) -> None:
    address = email or person.email
    if address not in {each.email for each in desk.klaviyo.profiles()}:
        desk.klaviyo.add_profile(email=address, first_name=person.first_name)
    desk.line.add_user(person.line_name, user_id=person.line_user_id)


async def _open_as(desk: Desk, who: Persona, email: str) -> None:
    shown = (await desk.block("show_qr_links"))["qr_links"]
    found = [each for each in shown if each["name"] == _QR["name"]]
    card = found[0] if found else await desk.write("create_qr_link", _QR)
    desk.clock.move(minutes=1)
    url = f"{desk.ground.public_url}/l/{card['slug']}?email={email}"
    await desk.join(who.line_user_id, url)
    await desk.work()
