"""The third method: LINE User IDs that are stored in Klaviyo already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.sandbox.seed import IMPORTED, SOURCE_SEGMENT_NAME, TROUBLED
from marketing_agent.wiring.story import checks
from marketing_agent.wiring.story.scene import Scene, eventually, expect

if TYPE_CHECKING:
    from marketing_agent.wiring.foreign_text import Json

_PROPERTY = "LINE User ID"
_SHARED_ID = {IMPORTED[0].key}
"""A sister's profile carries her LINE User ID too, so both are held."""


async def links(scene: Scene) -> Json:
    """From the segment to the linked friends; the counts of the run."""
    for person in IMPORTED:
        move = f"{scene.cast.line_url}/sandbox/users/{person.line_user_id}/follow"
        await scene.post(move, {})
    scene.tell("LINE", f"{len(IMPORTED)} old customers add the account by themselves.")
    source = {"segment_id": await _segment(scene), "property": _PROPERTY}
    preview = await scene.read("show_import", source)
    expect(preview["preview"] is not None, "a preview before the import starts")
    await scene.write("start_import", source)
    run = await _ended(scene)
    for person in IMPORTED:
        if person.key not in _SHARED_ID:
            await checks.linked_by(scene, person, "import")
    return run


async def _segment(scene: Scene) -> str:
    listed = await scene.read("list_segments", {"name": SOURCE_SEGMENT_NAME})
    expect(len(listed["segments"]) == 1, "one source segment")
    return str(listed["segments"][0]["id"])


async def _ended(scene: Scene) -> Json:
    async def ended() -> Json | None:
        report = await scene.read("show_import", {})
        runs = [each for each in report["runs"] if each["state"] == "done"]
        return runs[0] if runs else None

    run = await eventually("the end of the import", ended)
    read = len(IMPORTED) + len(TROUBLED)
    expect(run["counts"]["profiles"] == read, f"{read} profiles read")
    _tell(scene, run["counts"])
    return run


def _tell(scene: Scene, counts: Json) -> None:
    told = [f"{count} {name}" for name, count in counts.items() if count]
    scene.tell("service", f"Import: {', '.join(told)}.")
