"""The whole way once: from a sentence in the chat to a linked customer.

Every step goes over HTTP to running services, and every end state is read back from
them. Nothing here reaches into the program.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import httpx

from marketing_agent.wiring.chat_client import open_chat
from marketing_agent.wiring.story import (
    by_form,
    by_import,
    by_sync,
    checks,
    customer,
)
from marketing_agent.wiring.story.merchant import Merchant
from marketing_agent.wiring.story.scene import (
    PATIENCE_S,
    Cast,
    Say,
    Scene,
)

if TYPE_CHECKING:
    from marketing_agent.wiring.foreign_text import Json

_OTHER_METHODS: Final = {
    "form_linkage": by_form.links,
    "import": by_import.links,
    "auto_link": by_sync.links,
}
_LINKED_IN_THE_END: Final = 5
"""One by each method, and one more by the import."""


@dataclass(slots=True)
class Story:
    """What was told and read back, as one JSON object in the end."""

    transcript: list[Json] = field(default_factory=list)
    conversation: Json = field(default_factory=dict)
    qr_link: Json = field(default_factory=dict)
    link: Json = field(default_factory=dict)
    klaviyo_profile: Json = field(default_factory=dict)
    friend: Json = field(default_factory=dict)
    by_method: dict[str, Json] = field(default_factory=dict)
    """What the other three methods came to."""

    def as_json(self) -> Json:
        """The object that `demo --once --json` prints."""
        return {
            "transcript": self.transcript,
            "conversation": self.conversation,
            "qr_link": self.qr_link,
            "link": self.link,
            "klaviyo_profile": self.klaviyo_profile,
            "friend": self.friend,
            "by_method": self.by_method,
        }


async def play(cast: Cast, say: Say) -> Story:
    """Play every step. Raises StoryBroke at the first that does not end right.

    Raises what ChatClient raises, too.
    """
    story = Story()

    def tell(who: str, what: str) -> None:
        story.transcript.append({"who": who, "what": what})
        say(who, what)

    async with (
        httpx.AsyncClient(timeout=PATIENCE_S) as http,
        open_chat(cast.api_url, cast.token) as chat,
    ):
        scene = Scene(cast, http, tell)
        merchant = Merchant(scene, chat)
        story.qr_link = await merchant.sets_up()
        profile_id = await customer.gets_the_email(scene, story.qr_link)
        await customer.follows_the_link(scene, profile_id)
        story.link = await checks.linked_by(scene, cast.customer, "qr_link", profile_id)
        story.klaviyo_profile = await checks.linked_as_klaviyo_sees_it(
            scene, profile_id
        )
        story.friend = await checks.friend_as_line_sees_it(scene)
        for method, act in _OTHER_METHODS.items():
            story.by_method[method] = await act(scene)
        await merchant.asks_how_many(_LINKED_IN_THE_END)
        story.conversation = {"thread_id": chat.thread_id, "runs": chat.run_ids}
    return story
