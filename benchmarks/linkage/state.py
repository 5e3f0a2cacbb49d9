"""The end state: settings, links and decisions without ids, slugs and times."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select, text

from benchmarks.linkage.references import filled
from marketing_agent.services.merchants import merchant_of
from marketing_agent.storage.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from benchmarks.linkage.environment import Environment, Json
    from benchmarks.linkage.task import Call

_KEPT: Final = {
    "qr_links": ("name", "link_type", "email_variable", "phone_variable"),
    "forms": ("form_id", "cta_label", "landing_page", "timing", "trigger"),
    "import": ("segment_id", "property"),
    "segments": ("name", "conditions", "tags", "without_tags"),
    "reviews": ("line_user_id", "row"),
}


async def end_state(shop: Environment) -> Json:
    """What a merchant would see of their settings, links and review list."""
    desk = shop.desk
    merchant = await merchant_of(desk.ground, desk.merchant_id)
    forms = await desk.block("show_form_linkage")
    setting = (await desk.block("show_import"))["setting"]
    status = await desk.block("query_linkage_status")
    return {
        "qr_links": _of("qr_links", (await desk.block("show_qr_links"))["qr_links"]),
        "forms": _of("forms", forms["form_linkages"]),
        "import": _of("import", [setting] if setting else []),
        "segments": _of("segments", (await desk.block("show_segments"))["segments"]),
        "reviews": _of("reviews", status["reviews"]),
        "links": await _links(shop),
        "erased": await _count(shop, "erased_people"),
        "switches": [merchant.integration_on, merchant.auto_link_on],
    }


async def replay(shop: Environment, gold: Iterable[Call]) -> None:
    """Carry out the gold calls, each with an approval for exactly that call."""
    for each in gold:
        await shop.desk.write(each.tool, await filled(shop, each.arguments))


def differences(reached: Json, wanted: Json, ignores: Iterable[str] = ()) -> list[str]:
    """In words, where the two states part, but for these fields of settings."""
    found, gold = _without(reached, ignores), _without(wanted, ignores)
    return [
        f"{part}: {json.dumps(found[part], ensure_ascii=False)} instead of "
        f"{json.dumps(gold[part], ensure_ascii=False)}"
        for part in gold
        if found[part] != gold[part]
    ]


async def neighbours_rows(shop: Environment) -> str:
    """A digest of every row that belongs to the second merchant."""
    digest = hashlib.sha256()
    async with shop.desk.ground.database.transaction() as tx:
        for name, table in sorted(metadata.tables.items()):
            if "merchant_id" not in table.c:
                continue
            asked = text(
                f'SELECT CAST(t AS text) FROM "{name}" t '  # noqa: S608 - our tables
                "WHERE merchant_id = :merchant ORDER BY 1"
            )
            rows = await tx.execute(asked, {"merchant": shop.desk.neighbour_id})
            digest.update(f"{name}: {[row[0] for row in rows]}".encode())
    return digest.hexdigest()


def _without(state: Json, ignores: Iterable[str]) -> Json:
    left_out = frozenset(ignores)

    def kept(item: Any) -> Any:
        if not isinstance(item, dict):
            return item
        return {key: value for key, value in item.items() if key not in left_out}

    return {
        part: [kept(each) for each in value] if isinstance(value, list) else value
        for part, value in state.items()
    }


def _of(part: str, items: Iterable[Mapping[str, Any]]) -> list[Json]:
    kept = [{key: each.get(key) for key in _KEPT[part]} for each in items]
    return sorted(kept, key=lambda each: json.dumps(each, sort_keys=True))


async def _links(shop: Environment) -> list[list[str | None]]:
    """Pairs of LINE User ID and the profile's email: profile ids differ."""
    emails = {each.id: each.email for each in shop.desk.klaviyo.profiles()}
    table = metadata.tables["links"]
    asked = select(table.c.line_user_id, table.c.profile_id, table.c.method)
    async with shop.desk.ground.database.transaction() as tx:
        rows = await tx.execute(
            asked.where(table.c.merchant_id == shop.desk.merchant_id)
        )
        found = [[user, emails.get(profile), how] for user, profile, how in rows]
    return sorted(found, key=str)


async def _count(shop: Environment, name: str) -> int:
    table = metadata.tables[name]
    asked = select(func.count()).where(table.c.merchant_id == shop.desk.merchant_id)
    async with shop.desk.ground.database.transaction() as tx:
        return int(await tx.scalar(asked.select_from(table)) or 0)
