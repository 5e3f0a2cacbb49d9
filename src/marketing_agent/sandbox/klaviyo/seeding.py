"""The demo shop's set-up in Klaviyo: a source segment, a list, a sign-up form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketing_agent.sandbox.klaviyo.form_building import popup_form
from marketing_agent.sandbox.seed import (
    IMPORTED,
    LANDING_LIST_NAME,
    SIGN_UP_FORM_NAME,
    SOURCE_SEGMENT_NAME,
    SYNCED,
    TROUBLED,
    Persona,
)

if TYPE_CHECKING:
    from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """The ids of what was made; `profiles` by persona key."""

    segment_id: str
    list_id: str
    form_id: str
    profiles: dict[str, str]


def set_up_shop(world: KlaviyoWorld, *, button_url: str | None = None) -> SetUp:
    """Make what methods other than the custom QR code need.

    The segment has `IMPORTED` and `TROUBLED`; `SYNCED` have profiles only. The form is
    live and signs up to a double opt-in list; `button_url` is its Success button's.

    Raises:
        DuplicateProfile: it was done before.

    """
    everyone = (*IMPORTED, *TROUBLED, *SYNCED)
    profiles = {each.key: add_persona(world, each) for each in everyone}
    segment_id = world.segments.add(SOURCE_SEGMENT_NAME)
    for each in (*IMPORTED, *TROUBLED):
        world.segments.put(segment_id, profiles[each.key])
    list_id = world.lists.add(LANDING_LIST_NAME)
    definition = popup_form(
        button_label="Link with LINE" if button_url else "Close",
        button_url=button_url,
        list_id=list_id,
    )
    form_id = world.forms.add(SIGN_UP_FORM_NAME, definition=definition)
    return SetUp(
        segment_id=segment_id, list_id=list_id, form_id=form_id, profiles=profiles
    )


def add_persona(world: KlaviyoWorld, person: Persona) -> str:
    """Make the persona's profile and return its id.

    Raises:
        DuplicateProfile: it was done before.

    """
    return world.add_profile(
        email=person.email,
        phone_number=person.phone,
        first_name=person.first_name,
        last_name=person.last_name,
        properties=dict(person.properties),
    )
