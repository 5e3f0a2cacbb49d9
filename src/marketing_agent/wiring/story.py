"""The whole way once: from a typed tool call to a linked customer, told as it happens.

Every step goes over HTTP to running services, and every end state is read back from
them. Nothing here reaches into the program.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import httpx

from marketing_agent.sandbox.phone import Phone

if TYPE_CHECKING:
    from marketing_agent.sandbox.seed import Persona

Json: TypeAlias = dict[str, Any]
Say: TypeAlias = Callable[[str, str], None]
"""Called with who speaks or acts, and what they say or do."""

_PATIENCE_S: Final = 30.0
_POLL_S: Final = 0.05


class StoryBroke(Exception):
    """A step did not end as it has to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who plays, and where they are."""

    api_url: str
    token: str
    klaviyo_url: str
    klaviyo_key: str
    line_url: str
    shop_url: str
    customer: Persona


@dataclass(slots=True)
class Story:
    """What was told and read back, as one JSON object in the end."""

    transcript: list[Json] = field(default_factory=list)
    qr_link: Json = field(default_factory=dict)
    link: Json = field(default_factory=dict)
    klaviyo_profile: Json = field(default_factory=dict)
    friend: Json = field(default_factory=dict)

    def as_json(self) -> Json:
        """The object that `demo --once --json` prints."""
        return {
            "transcript": self.transcript,
            "qr_link": self.qr_link,
            "link": self.link,
            "klaviyo_profile": self.klaviyo_profile,
            "friend": self.friend,
        }


async def play(cast: Cast, say: Say) -> Story:
    """Play every step. Raises StoryBroke at the first that does not end right."""
    story = Story()

    def tell(who: str, what: str) -> None:
        story.transcript.append({"who": who, "what": what})
        say(who, what)

    async with httpx.AsyncClient(timeout=_PATIENCE_S) as http:
        teller = _Teller(cast, http, tell)
        story.qr_link = await teller.merchant_creates_the_qr_code()
        profile_id, inbox = await teller.merchant_sends_the_email(story.qr_link)
        await teller.customer_follows_the_link(inbox)
        story.link = await teller.linked_as_the_service_sees_it()
        story.klaviyo_profile = await teller.linked_as_klaviyo_sees_it(profile_id)
        story.friend = await teller.friend_as_line_sees_it()
    if story.link["profile_id"] != profile_id:
        raise StoryBroke("linked to another profile")
    return story


@dataclass(frozen=True, slots=True)
class _Teller:
    cast: Cast
    http: httpx.AsyncClient
    tell: Callable[[str, str], None]

    async def merchant_creates_the_qr_code(self) -> Json:
        setup = await self._tool("check_setup", {})
        self.tell("check_setup", setup["text"])
        wanted = {"name": "Newsletter readers", "email_variable": "{{ email }}"}
        self.tell("merchant", f"create_qr_link {wanted}")
        refused = await self._post(
            "/api/v1/tools/create_qr_link", {"arguments": wanted}
        )
        self._expect(
            refused.status_code == httpx.codes.FORBIDDEN, "an unapproved write"
        )
        self.tell("service", refused.json()["message"])
        approval = await self._post(
            "/api/v1/approvals", {"tool": "create_qr_link", "arguments": wanted}
        )
        approval_id = approval.raise_for_status().json()["approval_id"]
        self.tell("merchant", "Approves exactly this call.")
        created = await self._tool("create_qr_link", wanted, approval_id)
        self.tell("create_qr_link", created["text"])
        return dict(created["block"])

    async def merchant_sends_the_email(self, qr_link: Json) -> tuple[str, str]:
        """The customer's profile id, and the address of the email in their inbox."""
        html = (
            "<p>Hello {{ first_name|default:'there' }}, meet us on LINE:</p>"
            f"{qr_link['email_link']}{qr_link['email_image']}"
        )
        mail = {"subject": "We are on LINE now", "html": html}
        sent = await self.http.post(f"{self.cast.shop_url}/sandbox/mails", json=mail)
        sent.raise_for_status()
        self.tell("shop", "Sends the email to its Klaviyo profiles.")
        profile = await self._klaviyo_profile()
        return profile["id"], f"{self.cast.shop_url}/inbox/{profile['id']}"

    async def customer_follows_the_link(self, inbox: str) -> None:
        person = self.cast.customer
        async with Phone(person.line_user_id, language=person.language) as phone:
            listing = await phone.open(inbox)
            mail = await phone.tap(listing, "We are on LINE now")
            self.tell(person.first_name, "Opens the email and taps the link.")
            landing = await phone.tap(mail, "/l/")
            self.tell("page", landing.title)
            consent = await phone.tap(landing, "/oauth2/v2.1/authorize")
            self.tell(person.first_name, "Logs in to LINE and adds the account.")
            done = await phone.log_in(consent, add_friend=True)
            self._expect(done.status == httpx.codes.OK, f"the last page: {done.status}")
            self.tell("page", done.title)

    async def linked_as_the_service_sees_it(self) -> Json:
        question = {"line_user_id": self.cast.customer.line_user_id}

        async def linked_and_told() -> Json | None:
            answer = await self._tool("query_linkage_status", question)
            info = answer["block"]
            return answer if info["linked"] and not info["sync_pending"] else None

        answer = await _eventually("the link", linked_and_told)
        self.tell("query_linkage_status", answer["text"])
        return dict(answer["block"])

    async def linked_as_klaviyo_sees_it(self, profile_id: str) -> Json:
        line_user_id = self.cast.customer.line_user_id

        async def event() -> Json | None:
            seen = await self._klaviyo(
                "/api/events",
                {"filter": f'equals(profile_id,"{profile_id}")', "include": "metric"},
            )
            names = [each["attributes"]["name"] for each in seen.get("included", [])]
            return seen if "Linked LINE Identity" in names else None

        seen = await _eventually("the event", event)
        self._expect(len(seen["data"]) == 1, "one event in Klaviyo")
        profile = await self._klaviyo(f"/api/profiles/{profile_id}", {})
        properties = profile["data"]["attributes"]["properties"]
        self._expect(
            properties.get("LINE User ID") == line_user_id, "the property in Klaviyo"
        )
        self.tell("Klaviyo", f"Profile {profile_id}: LINE User ID {line_user_id}")
        self.tell("Klaviyo", "Event recorded: Linked LINE Identity")
        return {"id": profile_id, "properties": properties, "events": len(seen["data"])}

    async def friend_as_line_sees_it(self) -> Json:
        state = await self.http.get(f"{self.cast.line_url}/sandbox/state")
        users = state.raise_for_status().json()["users"]
        line_user_id = self.cast.customer.line_user_id
        friend = next(each for each in users if each["id"] == line_user_id)
        self._expect(friend["friendship"] == "friend", "a friend on LINE")
        self.tell("LINE", f"{line_user_id} is a friend.")
        return dict(friend)

    async def _tool(
        self, name: str, arguments: Json, approval_id: str | None = None
    ) -> Json:
        call = {"arguments": arguments, "approval_id": approval_id}
        answer = await self._post(f"/api/v1/tools/{name}", call)
        self._expect(answer.is_success, f"{name}: {answer.text}")
        return dict(answer.json())

    async def _post(self, path: str, body: Json) -> httpx.Response:
        return await self.http.post(
            f"{self.cast.api_url}{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.cast.token}"},
        )

    async def _klaviyo_profile(self) -> Json:
        wanted = f'equals(email,"{self.cast.customer.email}")'
        found = await self._klaviyo("/api/profiles", {"filter": wanted})
        return dict(found["data"][0])

    async def _klaviyo(self, path: str, query: dict[str, str]) -> Json:
        answer = await self.http.get(
            f"{self.cast.klaviyo_url}{path}",
            params=query,
            headers={
                "Authorization": f"Klaviyo-API-Key {self.cast.klaviyo_key}",
                "revision": "2026-07-15",
            },
        )
        return dict(answer.raise_for_status().json())

    def _expect(self, true: bool, what: str) -> None:  # noqa: FBT001
        if not true:
            raise StoryBroke(f"not as it has to be: {what}")


async def _eventually(what: str, look: Callable[[], Awaitable[Json | None]]) -> Json:
    """Look again and again until there is something. Raises StoryBroke."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            while (found := await look()) is None:  # noqa: ASYNC110 - over HTTP
                await asyncio.sleep(_POLL_S)
            return found
    except TimeoutError as error:
        raise StoryBroke(f"waited in vain for {what}") from error
