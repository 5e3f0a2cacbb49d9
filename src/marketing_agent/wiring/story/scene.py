"""Who plays in the story and where; what every step needs to act and to tell."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    import httpx

    from marketing_agent.sandbox.seed import Persona
    from marketing_agent.wiring.foreign_text import Json

Say: TypeAlias = Callable[[str, str], None]
"""Called with who speaks or acts, and what they say or do."""

PATIENCE_S: Final = 30.0
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


@dataclass(frozen=True, slots=True)
class Scene:
    """The cast, a way to reach all of them, and where the story is told."""

    cast: Cast
    http: httpx.AsyncClient
    tell: Say

    async def call_tool(self, name: str, arguments: Json) -> httpx.Response:
        """A tool called directly, without the agent and without an approval."""
        return await self.http.post(
            f"{self.cast.api_url}/api/v1/tools/{name}",
            json={"arguments": arguments},
            headers=self.authorization,
        )

    @property
    def authorization(self) -> dict[str, str]:
        """The merchant's own token as a header."""
        return {"Authorization": f"Bearer {self.cast.token}"}

    async def read(self, tool: str, arguments: Json) -> Json:
        """The block that a reading tool answers with."""
        answer = await self.call_tool(tool, arguments)
        expect(answer.is_success, f"{tool}: {answer.text}")
        return dict(answer.json()["block"])

    async def write(self, tool: str, arguments: Json) -> Json:
        """The merchant approves exactly this call and makes it; its block."""
        call = {"tool": tool, "arguments": arguments}
        approvals = f"{self.cast.api_url}/api/v1/approvals"
        given = await self.post(approvals, call, headers=self.authorization)
        self.tell("merchant", f"Saves: {tool}.")
        answer = await self.post(
            f"{self.cast.api_url}/api/v1/tools/{tool}",
            {"arguments": arguments, "approval_id": given["approval_id"]},
            headers=self.authorization,
        )
        self.tell("service", answer["text"])
        return dict(answer["block"])

    async def post(
        self, url: str, body: Json, headers: dict[str, str] | None = None
    ) -> Json:
        """Post JSON; the answer's JSON, empty where there is none."""
        answer = await self.http.post(url, json=body, headers=headers)
        expect(answer.is_success, f"{url}: {answer.status_code} {answer.text}")
        return dict(answer.json()) if answer.content else {}

    async def known_friend(self, person: Persona) -> Json:
        """Wait until the program has heard that this person is a friend."""

        async def known() -> Json | None:
            question = {"line_user_id": person.line_user_id}
            answer = await self.call_tool("query_linkage_status", question)
            friend = answer.json().get("block") or {}
            return friend if friend.get("following") else None

        return await eventually(f"{person.first_name} as a friend", known)

    async def ask_klaviyo(self, path: str, query: dict[str, str]) -> Json:
        """What Klaviyo's API says to the merchant's key."""
        answer = await self.http.get(
            f"{self.cast.klaviyo_url}{path}",
            params=query,
            headers={
                "Authorization": f"Klaviyo-API-Key {self.cast.klaviyo_key}",
                "revision": "2026-07-15",
            },
        )
        return dict(answer.raise_for_status().json())


def expect(true: bool, what: str) -> None:  # noqa: FBT001
    """Raises StoryBroke where something is not as it has to be."""
    if not true:
        raise StoryBroke(f"not as it has to be: {what}")


async def eventually(what: str, look: Callable[[], Awaitable[Json | None]]) -> Json:
    """Look again and again until there is something. Raises StoryBroke."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while (found := await look()) is None:  # noqa: ASYNC110 - over HTTP
                await asyncio.sleep(_POLL_S)
            return found
    except TimeoutError as error:
        raise StoryBroke(f"waited in vain for {what}") from error
