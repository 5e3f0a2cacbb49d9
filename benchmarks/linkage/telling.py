"""What must have been told: texts, and checks by name against what is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from benchmarks.linkage.references import filled
from marketing_agent.services.help_language import HelpLanguage
from marketing_agent.services.help_text import help_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.linkage.environment import Environment, Json
    from benchmarks.linkage.task import Task

_CITED: Final = re.compile(r"\b([a-z][a-z-]*#[a-z0-9][a-z0-9-]*)")


@dataclass(slots=True)
class Seen:
    """What was stored at some moment of the conversation."""

    qr_links: list[Json] = field(default_factory=list)
    forms: list[Json] = field(default_factory=list)
    linked: set[tuple[int, int]] = field(default_factory=set)
    """Linked friends, and friends, as the service counted them."""

    async def look(self, shop: Environment) -> None:
        """Read the settings and counts as they are now."""
        desk = shop.desk
        self.qr_links += (await desk.block("show_qr_links"))["qr_links"]
        self.forms += (await desk.block("show_form_linkage"))["form_linkages"]
        status = await desk.block("query_linkage_status")
        self.linked.add((status["linked"], status["friends"]))


async def not_told(
    shop: Environment, task: Task, replies: Sequence[str], seen: Seen
) -> list[str]:
    """What of `told` is missing in the agent's words."""
    words = "\n".join(replies).casefold()

    def is_told(part: str) -> bool:
        if part.startswith("="):
            return CHECKS[part[1:]](replies, seen)
        return part.casefold() in words

    return [
        f"not told: {wanted}"
        for wanted in await filled(shop, task.told)
        if not any(is_told(part.strip()) for part in wanted.split(" | "))
    ]


def _any_in(replies: Sequence[str], texts: Sequence[str | None]) -> bool:
    """Lines may be broken anywhere that a text has a space."""
    words = " ".join(" ".join(replies).split())
    return any(text and " ".join(text.split()) in words for text in texts)


def _cites(replies: Sequence[str], _: Seen) -> bool:
    known = {each.id for each in help_text().sections_in(HelpLanguage("en"))}
    cited = {name for each in replies for name in _CITED.findall(each)}
    return bool(cited) and cited <= known


def _counts(replies: Sequence[str], seen: Seen) -> bool:
    numbers = [{int(n) for n in re.findall(r"\d{1,6}", each)} for each in replies]
    return any(set(pair) <= told for pair in seen.linked for told in numbers)


def _webhook_urls(seen: Seen) -> list[str]:
    return [each["webhook"]["linking_url"] for each in seen.forms if each["webhook"]]


CHECKS: Final[dict[str, Callable[[Sequence[str], Seen], bool]]] = {
    "linking_url_equals_stored": lambda replies, seen: _any_in(
        replies, [each["linking_url"] for each in seen.qr_links]
    ),
    "add_friend_url_equals_stored": lambda replies, seen: _any_in(
        replies, [each["add_friend_url"] for each in seen.qr_links]
    ),
    "embed_code_equals_stored": lambda replies, seen: _any_in(
        replies, [each["embed_code"] for each in seen.forms]
    ),
    "button_url_equals_stored": lambda replies, seen: _any_in(
        replies, [each["button_url"] for each in seen.forms]
    ),
    "webhook_url_equals_stored": lambda replies, seen: _any_in(
        replies, _webhook_urls(seen)
    ),
    "cites_existing_section": _cites,
    "counts_equal_service": _counts,
}
