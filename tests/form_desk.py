"""A desk whose merchant has a Klaviyo form on a landing page, linked with LINE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from marketing_agent.core.signals import LineUserId
from marketing_agent.sandbox.klaviyo.form_building import popup_form
from marketing_agent.sandbox.seed import PERSONAS
from marketing_agent.storage import links, merchants, outcomes

if TYPE_CHECKING:
    import httpx

    from marketing_agent.core.links import Link
    from marketing_agent.sandbox.seed import Persona
    from tests.desk import Desk, Json

ORIGIN: Final = "https://shop.test"
FORM: Final = {
    "form_id": "XyZ123",
    "cta_label": "Link with LINE",
    "landing_page": f"{ORIGIN}/welcome",
}
ON_SUBMISSION: Final = FORM | {"timing": "flow", "trigger": "submitted_form"}
DOUBLE_OPT_IN: Final = FORM | {"timing": "flow", "trigger": "subscribed_to_list"}
HANA, KENTA = PERSONAS[:2]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDesk:
    """What happens around one form: its page, Klaviyo's flow, and phones."""

    desk: Desk
    card: Json
    embed_key: str

    async def hand_over(
        self, *, origin: str | None = ORIGIN, body: Any = None, **values: str
    ) -> httpx.Response:
        """Post a submission as the script on the landing page does."""
        headers = {} if origin is None else {"origin": origin}
        sent = {"form": FORM["form_id"], **values} if body is None else body
        path = f"/embed/{self.embed_key}/tickets"
        return await self.desk.http.post(path, json=sent, headers=headers)

    async def ticket(self, **values: str) -> Json:
        """The same, which goes well."""
        answer = await self.hand_over(**values)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def submit(self, person: Persona) -> Json:
        """Submit the form with this person's email: Klaviyo hears it, and so do we."""
        self.desk.klaviyo.submit_form(FORM["form_id"], {"email": person.email})
        return await self.ticket(email=person.email)

    async def join(self, person: Persona, ticket: Json, **how: bool) -> None:
        """Tap the link button: log in to LINE, add the friend."""
        await self.desk.join(person.line_user_id, ticket["url"], **how)

    async def webhook(self) -> Json:
        """What the owner copies into the flow's Webhook action."""
        caller = self.desk.caller()
        token = self.desk.tokens.token_for(caller)
        answer = await self.desk.http.get(
            f"/api/v1/form-linkages/{self.card['slug']}/webhook",
            headers={"Authorization": f"Bearer {token}"},
        )
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def flow_calls(self) -> None:
        """Create the Klaviyo flow that the setting asks for."""
        webhook = await self.webhook()
        self.desk.klaviyo.flows.add_webhook_flow(
            "Link with LINE",
            trigger=self.card["trigger"],
            url=webhook["linking_url"],
            headers={webhook["header"]: webhook["secret"]},
            body=webhook["submission_details"],
        )

    async def call(self, profile_id: str, **other: Any) -> httpx.Response:
        """Call the webhook as the flow does; `other` changes parts of the call."""
        webhook = await self.webhook()
        url = other.get("url", webhook["linking_url"])
        headers = {webhook["header"]: other.get("secret", webhook["secret"])}
        body = {"form_id": FORM["form_id"], "profile_id": profile_id}
        return await self.desk.http.post(
            url, json=other.get("body", body), headers=headers
        )

    async def stands(self, person: Persona) -> list[str]:
        """Where the attempts of this person stand once a worker has been through."""
        await self.desk.work()
        line_user = LineUserId(person.line_user_id)
        async with self.desk.ground.database.transaction() as tx:
            found = await outcomes.of_line_user(tx, self.desk.merchant_id, line_user)
        return [each.outcome.code.value for each in found]

    async def link(self, person: Persona) -> Link | None:
        """The link of this person."""
        line_user = LineUserId(person.line_user_id)
        async with self.desk.ground.database.transaction() as tx:
            return await links.of_line_user(tx, self.desk.merchant_id, line_user)


async def open_form(
    desk: Desk,
    setting: Json = FORM,
    *,
    steps: tuple[tuple[str, ...], ...] = (("email",),),
    list_id: str | None = None,
) -> FormDesk:
    """Create the form in Klaviyo and set up its linkage; the personas have LINE."""
    definition = popup_form(steps=steps, list_id=list_id)
    desk.klaviyo.forms.add("Welcome", form_id=FORM["form_id"], definition=definition)
    for person in (HANA, KENTA):
        desk.line.add_user(person.line_name, user_id=person.line_user_id)
    card = await desk.write("configure_form_linkage", setting)
    return FormDesk(desk=desk, card=card, embed_key=await embed_key_of(desk))


async def embed_key_of(desk: Desk) -> str:
    """The merchant's public key on the landing page."""
    async with desk.ground.database.transaction() as tx:
        return (await merchants.get(tx, desk.merchant_id)).embed_key
