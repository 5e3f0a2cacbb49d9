"""The second method: a visitor submits a form and links from its Success screen.

No browser plays here, so the story sends what the two scripts of the landing page
send: Klaviyo's the submission, ours the submitted values.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx

from marketing_agent.sandbox.phone import Phone
from marketing_agent.sandbox.seed import SIGN_UP_FORM_NAME, VISITORS
from marketing_agent.wiring.story import checks
from marketing_agent.wiring.story.scene import Scene, expect

if TYPE_CHECKING:
    from marketing_agent.wiring.foreign_text import Json

_VISITOR = VISITORS[0]
_CTA_LABEL = "Link with LINE"


async def links(scene: Scene) -> Json:
    """From the setting to the linked visitor; the friend's linkage."""
    form = await _form(scene)
    card = await _set_up(scene, form["form_id"])
    profile_id = await _submit(scene, form["form_id"])
    ticket = await _hand_over(scene, form["form_id"], card["embed_code"])
    await _follow(scene, ticket["url"])
    return await checks.linked_by(scene, _VISITOR, "form_linkage", profile_id)


async def _form(scene: Scene) -> Json:
    listed = await scene.read("list_forms", {"name": SIGN_UP_FORM_NAME})
    expect(len(listed["forms"]) == 1, "one sign-up form")
    return dict(listed["forms"][0])


async def _set_up(scene: Scene, form_id: str) -> Json:
    """Save Form ID Linkage, and do by hand what only a person can do."""
    card = await scene.write(
        "configure_form_linkage",
        {
            "form_id": form_id,
            "cta_label": _CTA_LABEL,
            "landing_page": f"{scene.cast.shop_url}/landing",
        },
    )
    scene.tell("merchant", "Pastes the Landing Page Embed Code into the landing page.")
    page = {"embed_code": card["embed_code"], "forms": [form_id]}
    await scene.post(f"{scene.cast.shop_url}/sandbox/landing", page)
    scene.tell("merchant", "Sets the Success Screen Button URL in the Klaviyo form.")
    popup = {"button_label": _CTA_LABEL, "button_url": card["button_url"]}
    edited = await scene.http.patch(
        f"{scene.cast.klaviyo_url}/sandbox/forms/{form_id}", json={"popup": popup}
    )
    edited.raise_for_status()
    return card


async def _submit(scene: Scene, form_id: str) -> str:
    """Submit the form; the profile that Klaviyo makes of it."""
    scene.tell(_VISITOR.first_name, "Submits the form on the landing page.")
    made = await scene.post(
        f"{scene.cast.klaviyo_url}/sandbox/forms/{form_id}/submissions",
        {"values": {"$email": _VISITOR.email, "$phone_number": _VISITOR.phone}},
    )
    return str(made["profile_id"])


async def _hand_over(scene: Scene, form_id: str, embed_code: str) -> Json:
    """What our script posts: an answer of the same shape for everybody."""
    key = re.search(r"/embed/([^/\"]+)\.js", embed_code)
    expect(key is not None, "a key in the embed code")
    answer = await scene.http.post(
        f"{scene.cast.api_url}/embed/{key[1] if key else ''}/tickets",
        json={"form": form_id, "email": _VISITOR.email, "phone": _VISITOR.phone},
        headers={"Origin": scene.cast.shop_url},
    )
    expect(answer.status_code == httpx.codes.CREATED, f"a ticket: {answer.text}")
    scene.tell("page", "The button on the Success screen is a LINE link button now.")
    return dict(answer.json())


async def _follow(scene: Scene, url: str) -> None:
    phone = Phone(_VISITOR.line_user_id, language=_VISITOR.language)
    async with phone:
        landing = await phone.open(url)
        scene.tell("page", landing.title)
        consent = await phone.tap(landing, "/oauth2/v2.1/authorize")
        scene.tell(_VISITOR.first_name, "Logs in to LINE and adds the account.")
        done = await phone.log_in(consent, add_friend=True)
        expect(done.status == httpx.codes.OK, f"the last page: {done.status}")
