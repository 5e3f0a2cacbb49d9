"""`<kind:name>` in a task: what it stands for in this environment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from benchmarks.linkage.people import EVERYBODY
from marketing_agent.services import undo

if TYPE_CHECKING:
    from benchmarks.linkage.environment import Environment
    from tests.desk import Desk

_REFERENCE: Final = re.compile(r"<(qr|segment|change|friend|profile|review):([^>]+)>")


async def filled(shop: Environment, given: Any) -> Any:
    """The same with every reference replaced, in texts, lists and objects."""
    if isinstance(given, dict):
        return {key: await filled(shop, each) for key, each in given.items()}
    if isinstance(given, list):
        return [await filled(shop, each) for each in given]
    if not isinstance(given, str):
        return given
    whole = _REFERENCE.fullmatch(given)
    if whole:
        return await _found(shop.desk, *whole.groups())
    text = given
    for match in _REFERENCE.finditer(given):
        found = await _found(shop.desk, *match.groups())
        text = text.replace(match.group(), str(found))
    return text


async def _found(desk: Desk, kind: str, name: str) -> str | int:
    match kind:
        case "friend":
            return EVERYBODY[name].line_user_id
        case "profile":
            email = EVERYBODY[name].email
            return next(e.id for e in desk.klaviyo.profiles() if e.email == email)
        case "qr":
            shown = (await desk.block("show_qr_links"))["qr_links"]
            return str(next(e["slug"] for e in shown if e["name"] == name))
        case "segment":
            shown = (await desk.block("show_segments"))["segments"]
            return int(next(e["segment_id"] for e in shown if e["name"] == name))
        case "review":
            status = await desk.block("query_linkage_status")
            friend = EVERYBODY[name].line_user_id
            reviews = [e for e in status["reviews"] if e["line_user_id"] == friend]
            return str(reviews[0]["version"])
        case _:
            told = await undo.show(desk.ground, desk.merchant_id, 20)
            return int(told[int(name) - 1].change.id)
