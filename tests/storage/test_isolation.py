"""Two merchants with the same people under the same keys never meet.

Every repository function is called for a merchant who has everything and for a stranger
who has nothing, beside a neighbour whose rows have the same keys.
"""

from __future__ import annotations

import ast
import inspect
import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from marketing_agent import storage
from marketing_agent.core.facts import FactKey
from marketing_agent.core.resolve import resolve
from marketing_agent.core.signals import SignalHash
from marketing_agent.storage import (
    approvals,
    blocked_values,
    changes,
    facts,
    friends,
    inbox,
    links,
    merchants,
    outbox,
    outcomes,
    profiles,
    qr_links,
    waiting_claims,
)
from marketing_agent.storage.outbox import NewItem, OutboxKind
from marketing_agent.storage.tables import metadata
from tests.storage.world import (
    CLAIM,
    DRAFT,
    HANA,
    LATER,
    NOW,
    WAITING,
    P,
    claim,
    furnish,
    klaviyo_row,
    line_row,
    linking_facts,
    new_merchant,
    pinned,
    read_profile,
    undone,
)

if TYPE_CHECKING:
    from types import FunctionType

OWNED: Final = [t for t in metadata.sorted_tables if "merchant_id" in t.c]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Ids of the merchant who has everything: what a stranger might have learnt."""

    approval: str
    event: int
    item: int
    slug: str


Ask: TypeAlias = Callable[[AsyncConnection, int, Known], Awaitable[object]]

READS: Final[dict[str, Ask]] = {
    "approvals.find_for_update": lambda tx, m, known: approvals.find_for_update(
        tx, m, known.approval
    ),
    "blocked_values.hashes": lambda tx, m, _: blocked_values.hashes(tx, m),
    "changes.result_of": lambda tx, m, known: changes.result_of(tx, m, known.approval),
    "facts.all_facts": lambda tx, m, _: facts.all_facts(tx, m),
    "facts.component_of": lambda tx, m, _: facts.component_of(tx, m, linking_facts()),
    "facts.find": lambda tx, m, _: facts.find(tx, m, CLAIM),
    "friends.coverage": lambda tx, m, _: friends.coverage(tx, m),
    "friends.find": lambda tx, m, _: friends.find(tx, m, HANA),
    "inbox.waiting": lambda tx, m, _: inbox.waiting(tx, m),
    "links.is_live": lambda tx, m, _: links.is_live(tx, m, CLAIM, P),
    "links.of_line_user": lambda tx, m, _: links.of_line_user(tx, m, HANA),
    "links.of_profile": lambda tx, m, _: links.of_profile(tx, m, P),
    "links.trail": lambda tx, m, _: links.trail(tx, m, HANA),
    "links.was_ever": lambda tx, m, _: links.was_ever(tx, m, HANA, P),
    "merchants.get": lambda tx, m, _: merchants.get(tx, m),
    "merchants.klaviyo_account": lambda tx, m, _: merchants.klaviyo_account(tx, m),
    "merchants.line_account": lambda tx, m, _: merchants.line_account(tx, m),
    "outbox.due": lambda tx, m, _: outbox.due(tx, m, NOW),
    "outbox.last_told": lambda tx, m, _: outbox.last_told(tx, m, P),
    "outbox.pending": lambda tx, m, _: outbox.pending(tx, m),
    "outcomes.counts": lambda tx, m, _: outcomes.counts(tx, m, NOW),
    "outcomes.of_claim": lambda tx, m, _: outcomes.of_claim(tx, m, CLAIM),
    "outcomes.of_line_user": lambda tx, m, _: outcomes.of_line_user(tx, m, HANA),
    "profiles.held_line_user_id": lambda tx, m, _: profiles.held_line_user_id(tx, m, P),
    "qr_links.find": lambda tx, m, known: qr_links.find(tx, m, known.slug),
    "qr_links.of_merchant": lambda tx, m, _: qr_links.of_merchant(tx, m),
    "waiting_claims.due": lambda tx, m, _: waiting_claims.due(tx, m, NOW),
    "waiting_claims.last_error": lambda tx, m, _: waiting_claims.last_error(
        tx, m, WAITING
    ),
}
"""They tell a merchant something, and a stranger what an empty house would."""

WRITES: Final[dict[str, Ask]] = {
    "approvals.give": lambda tx, m, _: approvals.give(
        tx, m, tool="t", arguments={}, given_by="h", now=NOW, expires_at=LATER
    ),
    "approvals.use": lambda tx, m, known: approvals.use(tx, m, known.approval, NOW),
    "blocked_values.add": lambda tx, m, _: blocked_values.add(
        tx, m, SignalHash("cd" * 16), b"sealed", NOW
    ),
    "changes.record": lambda tx, m, _: changes.record(
        tx,
        m,
        approval_id="another",
        tool="t",
        arguments={},
        made_by="h",
        now=NOW,
        result={},
        inverse=None,
    ),
    "facts.append": lambda tx, m, _: facts.append(
        tx, m, [claim(FactKey("another"), HANA)]
    ),
    "friends.follow_changed": lambda tx, m, _: friends.follow_changed(
        tx, m, HANA, following=False, at=LATER, now=LATER
    ),
    "friends.meet": lambda tx, m, _: friends.meet(tx, m, HANA, LATER, language="ja"),
    "inbox.add": lambda tx, m, _: inbox.add(tx, m, {"event-2": {}}, NOW),
    "inbox.handled": lambda tx, m, known: inbox.handled(tx, m, [known.event], NOW),
    "links.write_audit": lambda tx, m, _: links.write_audit(tx, m, pinned()),
    "links.write_difference": lambda tx, m, _: links.write_difference(
        tx, m, [HANA], []
    ),
    "merchants.connect_klaviyo": lambda tx, m, _: merchants.connect_klaviyo(
        tx, m, klaviyo_row(), LATER
    ),
    "merchants.connect_line": lambda tx, m, _: merchants.connect_line(
        tx, m, line_row(m), LATER
    ),
    "outbox.add": lambda tx, m, _: outbox.add(
        tx,
        m,
        [
            NewItem(
                key="another",
                kind=OutboxKind.LINE_USER_ID,
                line_user=HANA,
                profile=P,
                body={},
            )
        ],
        NOW,
    ),
    "outbox.finish": lambda tx, m, known: outbox.finish(tx, m, known.item, NOW),
    "outbox.give_up": lambda tx, m, known: outbox.give_up(tx, m, known.item, NOW, "no"),
    "outbox.put_off": lambda tx, m, known: outbox.put_off(
        tx, m, known.item, LATER, "busy"
    ),
    "outcomes.write": lambda tx, m, _: outcomes.write(
        tx, m, [claim(CLAIM, HANA)], resolve([claim(CLAIM, HANA)]).outcomes
    ),
    "profiles.keep_held_line_user_id": lambda tx, m, _: profiles.keep_held_line_user_id(
        tx, m, P, b"other", NOW
    ),
    "profiles.missing": lambda tx, m, _: profiles.missing(tx, m, P, NOW),
    "profiles.remember": lambda tx, m, _: profiles.remember(
        tx, m, [read_profile(sealed=b"newer")]
    ),
    "qr_links.count_opening": lambda tx, m, known: qr_links.count_opening(
        tx, m, known.slug
    ),
    "qr_links.save": lambda tx, m, _: qr_links.save(tx, m, DRAFT, NOW),
    "waiting_claims.add": lambda tx, m, _: waiting_claims.add(
        tx, m, FactKey("another"), b"sealed", NOW
    ),
    "waiting_claims.forget": lambda tx, m, _: waiting_claims.forget(tx, m, [WAITING]),
    "waiting_claims.look_again": lambda tx, m, _: waiting_claims.look_again(
        tx, m, WAITING, at=LATER, looks=2
    ),
}
"""They change something of the merchant, and nothing of anybody else."""

_READS: Final = sorted(READS.items())
_WRITES: Final = sorted(WRITES.items())

OF_NO_MERCHANT: Final = {
    "database.database_now": "tells the time",
    "inbox.merchants_with_waiting": "the tick asks it of everybody",
    "merchants.add": "makes the merchant",
    "merchants.all_of_them": "for operators and the tick",
    "merchants.by_webhook_key": "the unguessable key says who it is",
    "outbox.merchants_with_due": "the tick asks it of everybody",
    "qr_links.owner_of": "the public slug says whose it is",
    "waiting_claims.merchants_with_due": "the tick asks it of everybody",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """Three merchants; the first two have the same, the stranger has nothing."""

    merchant: int
    neighbour: int
    stranger: int


async def _move_in(tx: AsyncConnection) -> Street:
    ids = [await new_merchant(tx) for _ in range(3)]
    return Street(merchant=ids[0], neighbour=ids[1], stranger=ids[2])


async def _furnish(tx: AsyncConnection, street: Street) -> Known:
    """Move the neighbour in first, so that the merchant's ids are in the middle."""
    await furnish(tx, street.neighbour)
    mine = street.merchant
    approval = await furnish(tx, mine)
    items = await outbox.due(tx, mine, NOW)
    await outbox.finish(tx, mine, items[-1].id, NOW)
    return Known(
        approval=approval,
        event=(await inbox.waiting(tx, mine))[0].id,
        item=items[0].id,
        slug=(await qr_links.of_merchant(tx, mine))[0].slug,
    )


async def _rows(tx: AsyncConnection, merchant_id: int) -> dict[str, list[Any]]:
    """Everything that the database holds of a merchant."""
    return {
        table.name: sorted(
            (await tx.execute(select(table).where(table.c.merchant_id == merchant_id))),
            key=repr,
        )
        for table in OWNED
    }


async def test_the_furnished_merchant_has_something_in_every_table(
    tx: AsyncConnection,
) -> None:
    """Otherwise the tests below would prove nothing for a table."""
    street = await _move_in(tx)
    await _furnish(tx, street)

    for name, rows in (await _rows(tx, street.merchant)).items():
        assert rows, name


async def test_a_stranger_reads_what_an_empty_house_would_tell(
    tx: AsyncConnection,
) -> None:
    """The answer for a stranger is the same whether others have anything or not."""
    street = await _move_in(tx)
    nothing = Known(approval="none", event=0, item=0, slug="none")
    alone = {name: await ask(tx, street.stranger, nothing) for name, ask in _READS}

    known = await _furnish(tx, street)

    for name, ask in _READS:
        assert await ask(tx, street.stranger, known) == alone[name], name
        assert await ask(tx, street.merchant, known) != alone[name], name


async def test_a_merchant_reads_nothing_of_the_neighbour(tx: AsyncConnection) -> None:
    """Every answer stays the same when the neighbour loses everything."""
    street = await _move_in(tx)
    known = await _furnish(tx, street)
    before = {name: await ask(tx, street.merchant, known) for name, ask in _READS}

    for table in reversed(OWNED):
        gone = table.delete().where(table.c.merchant_id == street.neighbour)
        await tx.execute(gone)

    for name, ask in _READS:
        assert await ask(tx, street.merchant, known) == before[name], name


async def test_a_write_changes_only_its_merchants_rows(tx: AsyncConnection) -> None:
    """The neighbour's rows stand as they were; the merchant's do not."""
    street = await _move_in(tx)
    known = await _furnish(tx, street)
    mine, theirs = street.merchant, street.neighbour
    before = {who: await _rows(tx, who) for who in (mine, theirs)}

    for name, write in _WRITES:
        async with undone(tx):
            await write(tx, mine, known)
            assert await _rows(tx, theirs) == before[theirs], name
            assert await _rows(tx, mine) != before[mine], name


async def test_a_stranger_changes_nothing_of_others(tx: AsyncConnection) -> None:
    """Not even with ids and keys that are somebody else's."""
    street = await _move_in(tx)
    known = await _furnish(tx, street)
    others = (street.merchant, street.neighbour)
    before = {who: await _rows(tx, who) for who in others}

    for name, write in _WRITES:
        async with undone(tx):
            await write(tx, street.stranger, known)
            for who in others:
                assert await _rows(tx, who) == before[who], name


def _repository_functions() -> dict[str, FunctionType]:
    """Every public function of storage that is handed a transaction."""
    found: dict[str, FunctionType] = {}
    for module in pkgutil.iter_modules(storage.__path__):
        if module.ispkg or module.name == "env":
            continue
        room = import_module(f"{storage.__name__}.{module.name}")
        for name, function in inspect.getmembers(room, inspect.isfunction):
            ours = function.__module__ == room.__name__ and not name.startswith("_")
            if ours and "tx" in inspect.signature(function).parameters:
                found[f"{module.name}.{name}"] = function
    return found


def test_every_repository_function_is_checked_here() -> None:
    """A new function has to be added above, or to the list of those of no merchant."""
    checked = READS.keys() | WRITES.keys()
    assert _repository_functions().keys() == checked | OF_NO_MERCHANT.keys()
    assert not checked & OF_NO_MERCHANT.keys()


def test_every_repository_function_takes_the_merchant() -> None:
    """The merchant comes right after the transaction and has no default."""
    for name, function in _repository_functions().items():
        parameters = list(inspect.signature(function).parameters.values())[:2]
        if name in OF_NO_MERCHANT:
            assert "merchant_id" not in inspect.signature(function).parameters, name
        else:
            assert [each.name for each in parameters] == ["tx", "merchant_id"], name
            assert parameters[1].default is inspect.Parameter.empty, name


def test_every_repository_function_uses_the_merchant() -> None:
    """A merchant that is taken and never asked for would isolate nobody."""
    for file in sorted(Path(storage.__path__[0]).glob("*.py")):
        for function in ast.walk(ast.parse(file.read_text())):
            if not isinstance(function, ast.AsyncFunctionDef | ast.FunctionDef):
                continue
            if "merchant_id" in {each.arg for each in function.args.args}:
                names = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
                assert "merchant_id" in names, f"{file.name}: {function.name}"
