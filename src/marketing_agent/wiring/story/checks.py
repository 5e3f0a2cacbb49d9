"""What is read back in the end: from the program, from Klaviyo and from LINE."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from marketing_agent.wiring.story.scene import Scene, eventually, expect

if TYPE_CHECKING:
    from marketing_agent.sandbox.seed import Persona
    from marketing_agent.wiring.foreign_text import Json


async def linked_by(
    scene: Scene, person: Persona, method: str, profile_id: str | None = None
) -> Json:
    """This person's linkage, made by this method, once Klaviyo has been told."""
    question = {"line_user_id": person.line_user_id}

    async def linked_and_told() -> Json | None:
        answer = await scene.call_tool("query_linkage_status", question)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        expect(answer.is_success, f"query_linkage_status: {answer.text}")
        told: Json = answer.json()
        info = told["block"]
        return told if info["linked"] and not info["sync_pending"] else None

    answer = await eventually(f"the link of {person.first_name}", linked_and_told)
    scene.tell("service", answer["text"])
    info = dict(answer["block"])
    expect(info["method"] == method, f"linked by {method}, not by {info['method']}")
    if profile_id is not None:
        expect(info["profile_id"] == profile_id, "linked to this very profile")
    return info


async def linked_as_klaviyo_sees_it(scene: Scene, profile_id: str) -> Json:
    """The profile with its property, and one event."""
    line_user_id = scene.cast.customer.line_user_id

    async def event() -> Json | None:
        seen = await scene.ask_klaviyo(
            "/api/events",
            {"filter": f'equals(profile_id,"{profile_id}")', "include": "metric"},
        )
        names = [each["attributes"]["name"] for each in seen.get("included", [])]
        return seen if "Linked LINE Identity" in names else None

    seen = await eventually("the event", event)
    expect(len(seen["data"]) == 1, "one event in Klaviyo")
    profile = await scene.ask_klaviyo(f"/api/profiles/{profile_id}", {})
    properties = profile["data"]["attributes"]["properties"]
    expect(properties.get("LINE User ID") == line_user_id, "the property in Klaviyo")
    scene.tell("Klaviyo", f"Profile {profile_id}: LINE User ID {line_user_id}")
    scene.tell("Klaviyo", "Event recorded: Linked LINE Identity")
    return {"id": profile_id, "properties": properties, "events": len(seen["data"])}


async def friend_as_line_sees_it(scene: Scene) -> Json:
    """The customer's LINE account."""
    state = await scene.http.get(f"{scene.cast.line_url}/sandbox/state")
    users = state.raise_for_status().json()["users"]
    line_user_id = scene.cast.customer.line_user_id
    friend = next(each for each in users if each["id"] == line_user_id)
    expect(friend["friendship"] == "friend", "a friend on LINE")
    scene.tell("LINE", f"{line_user_id} is a friend.")
    return dict(friend)
