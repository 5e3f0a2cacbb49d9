"""The fourth method: a friend's own email address, when their data is synced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.sandbox.seed import SYNCED
from marketing_agent.wiring.story import checks

if TYPE_CHECKING:
    from marketing_agent.wiring.foreign_text import Json
    from marketing_agent.wiring.story.scene import Scene

_FRIEND = SYNCED[0]


async def links(scene: Scene) -> Json:
    """A friend is known by name only, until the shop enters the email address."""
    move = f"{scene.cast.line_url}/sandbox/users/{_FRIEND.line_user_id}/follow"
    await scene.post(move, {})
    scene.tell(_FRIEND.first_name, "Adds the account on LINE, without any link.")
    await scene.known_friend(_FRIEND)
    entered = await scene.http.put(
        f"{scene.cast.api_url}/api/v1/friends/{_FRIEND.line_user_id}/contact",
        json={"email": _FRIEND.email},
        headers=scene.authorization,
    )
    entered.raise_for_status()
    scene.tell("merchant", "Enters the email address of this friend.")
    return await checks.linked_by(scene, _FRIEND, "auto_link")
