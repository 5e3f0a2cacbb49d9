"""What a write would do is told without doing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketing_agent.toolbox.catalogue import all_tools
from tests.services.test_undo import WRITES, _prepare
from tests.services.undo_story import held_pair

if TYPE_CHECKING:
    from tests.desk import Desk, Json


async def _arguments(desk: Desk, tool: str, slug: str) -> Json:
    named: Json = {}
    if tool in {"update_qr_link", "delete_qr_link"}:
        named = {"slug": slug}
    if tool == "delete_segment":
        (segment,) = (await desk.block("show_segments"))["segments"]
        named = {"segment_id": segment["segment_id"]}
    if tool == "resolve_conflict":
        named = await held_pair(desk)
    return WRITES[tool] | named


@pytest.mark.parametrize("tool", WRITES)
async def test_an_outlook_changes_nothing_and_stays_the_same(
    desk: Desk, tool: str
) -> None:
    """Every tool that writes can be tried; asked twice, nothing seems to have changed.

    So a person is not asked again for no reason.
    """
    slug = await _prepare(desk, tool)
    arguments = await _arguments(desk, tool, slug)
    before, toolbox = await desk.counts(), all_tools()

    first = await toolbox.outlook(desk.ground, desk.caller(), tool, arguments)
    second = await toolbox.outlook(desk.ground, desk.caller(), tool, arguments)

    assert not second.differs_from(first.as_json)
    assert await desk.counts() == before
