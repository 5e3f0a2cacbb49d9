"""The customer's part: an email comes, is opened on the phone, and its link tapped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from marketing_agent.sandbox.phone import Phone
from marketing_agent.wiring.story.scene import Scene, expect

if TYPE_CHECKING:
    from marketing_agent.wiring.foreign_text import Json

_SUBJECT = "We are on LINE now"


async def gets_the_email(scene: Scene, qr_link: Json) -> str:
    """The shop sends it to everybody; the customer's profile id in Klaviyo."""
    html = (
        "<p>Hello {{ first_name|default:'there' }}, meet us on LINE:</p>"
        f"{qr_link['email_link']}{qr_link['email_image']}"
    )
    mail = {"subject": _SUBJECT, "html": html}
    sent = await scene.http.post(f"{scene.cast.shop_url}/sandbox/mails", json=mail)
    sent.raise_for_status()
    scene.tell("shop", "Sends the email to its Klaviyo profiles.")
    wanted = f'equals(email,"{scene.cast.customer.email}")'
    found = await scene.ask_klaviyo("/api/profiles", {"filter": wanted})
    return str(found["data"][0]["id"])


async def follows_the_link(scene: Scene, profile_id: str) -> None:
    """From the inbox over the landing page and LINE to the last page."""
    person = scene.cast.customer
    async with Phone(person.line_user_id, language=person.language) as phone:
        listing = await phone.open(f"{scene.cast.shop_url}/inbox/{profile_id}")
        mail = await phone.tap(listing, _SUBJECT)
        scene.tell(person.first_name, "Opens the email and taps the link.")
        landing = await phone.tap(mail, "/l/")
        scene.tell("page", landing.title)
        consent = await phone.tap(landing, "/oauth2/v2.1/authorize")
        scene.tell(person.first_name, "Logs in to LINE and adds the account.")
        done = await phone.log_in(consent, add_friend=True)
        expect(done.status == httpx.codes.OK, f"the last page: {done.status}")
        scene.tell("page", done.title)
