"""A shop with one linked customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.desk import EMAIL
from tests.services.undo_story import HANA, KENTA, open_as

if TYPE_CHECKING:
    from tests.desk import Desk


async def one_linked(desk: Desk) -> None:
    """Hana is linked; Kenta is a profile, and LINE knows him."""
    for person in (HANA, KENTA):
        desk.klaviyo.add_profile(email=person.email)
        desk.line.add_user(person.line_name, user_id=person.line_user_id)
    card = await desk.write("create_qr_link", EMAIL)
    await open_as(desk, HANA, HANA.email, card["slug"])
