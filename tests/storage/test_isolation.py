"""Two merchants with the same people under the same keys never meet.

Every repository function is called for a merchant who has everything and for a stranger
who has nothing, beside a neighbour whose rows have the same keys.
"""

from __future__ import annotations

import ast
import inspect
import pkgutil
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from marketing_agent import storage
from marketing_agent.core.segments import SegmentId, TagId
from marketing_agent.storage import (
    changes,
    form_linkages,
    import_runs,
    inbox,
    outbox,
    qr_links,
    segments,
    tags,
)
from marketing_agent.storage.import_runs import RunKind
from marketing_agent.storage.tables import merchants, metadata
from tests.storage.agent_calls import ask_for_something, newest_request
from tests.storage.repository_calls import OF_NO_MERCHANT, READS, WRITES, Known
from tests.storage.world import NOW, furnish, new_merchant, thread_of, undone

if TYPE_CHECKING:
    from types import FunctionType

    from sqlalchemy.ext.asyncio import AsyncConnection

OWNED: Final = [t for t in metadata.sorted_tables if "merchant_id" in t.c]
_READS: Final = sorted(READS.items())
_WRITES: Final = sorted(WRITES.items())


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
    for merchant_id in (street.neighbour, street.merchant):
        await ask_for_something(tx, merchant_id)
    await furnish(tx, street.neighbour)
    mine = street.merchant
    approval = await furnish(tx, mine)
    items = await outbox.due(tx, mine, NOW)
    await outbox.finish(tx, mine, [items[-1].id], NOW)
    return Known(
        approval=approval,
        change=(await changes.newest(tx, mine, 1))[0].id,
        event=(await inbox.waiting(tx, mine))[0].id,
        item=items[0].id,
        slug=(await qr_links.of_merchant(tx, mine))[0].slug,
        form_slug=(await form_linkages.of_merchant(tx, mine))[0].slug,
        thread=thread_of(mine),
        tag=(await tags.of_merchant(tx, mine))[0].id,
        segment=(await segments.of_merchant(tx, mine))[0].id,
        import_run=(await import_runs.newest(tx, mine, list(RunKind), limit=1))[0].id,
        request=await newest_request(tx, mine),
    )


async def _rows(tx: AsyncConnection, merchant_id: int) -> dict[str, list[Any]]:
    """Everything that the database holds of a merchant."""
    their_own = select(merchants).where(merchants.c.id == merchant_id)
    return {"merchants": list(await tx.execute(their_own))} | {
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
    nothing = Known(
        approval="none",
        change=0,
        event=0,
        item=0,
        slug="none",
        form_slug="none",
        thread="none",
        tag=TagId(0),
        segment=SegmentId(0),
        import_run=0,
        request="none",
    )
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
