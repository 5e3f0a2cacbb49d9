"""Friends' own signals as people enter them: one by one, or many in a CSV file.

What was entered stands on the friends, sealed. The record of the change names whom it
was about, never a value.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from marketing_agent.core.errors import BadInput, NotFound, UnusableSignal
from marketing_agent.core.friend_signals import SignalSource
from marketing_agent.core.signals import LineUserId, Readable, read_line_user_id
from marketing_agent.services.changes import Written
from marketing_agent.services.friend_signals import remember_signals
from marketing_agent.services.ground import Work
from marketing_agent.storage import friends, merchants
from marketing_agent.storage.friends import Consent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.services.changes import Json, Write
    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.merchants import Merchant

MOST_ROWS: Final = 5_000
_COLUMNS: Final = ("line_user_id", "email", "phone", "consent")
_YES_NO: Final = {"": None, "true": True, "yes": True, "1": True} | dict.fromkeys(
    ("false", "no", "0"), False
)


class NotThatFile(BadInput):
    """The CSV file cannot be used: {problem}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What was entered; None says nothing, empty text takes a signal away."""

    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    consent: bool | None = None


class RowResult(StrEnum):
    """What became of a row."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredFile:
    """The write that keeps a file's contacts, and what it tells of each row."""

    write: Write
    told: list[Json]
    """Filled by the write."""


def enter(ground: Ground, line_user: LineUserId, contact: Contact) -> Write:
    """The write that keeps a friend's contact, entered over the API or a screen.

    It raises UnusableSignal, and NotFound for somebody who is no friend of this
    merchant's account.
    """

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        merchant = await merchants.get(tx, merchant_id)
        changed = await _keep(
            ground, tx, merchant, line_user, contact, SignalSource.API
        )
        return Written(
            result={"line_user_id": line_user, "changed": changed},
            target=f"contact:{line_user}",
            wakes=(Work.SYNC_FRIENDS,),
        )

    return write


def enter_file(ground: Ground, raw: bytes) -> EnteredFile:
    """Each row of a CSV file by itself. Raises NotThatFile.

    Columns: line_user_id, email, phone, and consent if wanted. An empty cell says
    nothing.
    """
    rows = _read(raw)
    told: list[Json] = []

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        merchant = await merchants.get(tx, merchant_id)
        for number, row in enumerate(rows, start=1):
            told.append(await _row(ground, tx, merchant, number, row))
        counts = Counter(each["result"] for each in told)
        return Written(
            result={result.value: counts[result] for result in RowResult},
            wakes=(Work.SYNC_FRIENDS,),
        )

    return EnteredFile(write=write, told=told)


async def _row(
    ground: Ground,
    tx: AsyncConnection,
    merchant: Merchant,
    number: int,
    row: Mapping[str, str],
) -> Json:
    told: Json = {"row": number, "line_user_id": None, "reason": None}
    try:
        line_user = line_user_of(row["line_user_id"])
        told["line_user_id"] = line_user
        contact = _contact(row)
        changed = await _keep(
            ground, tx, merchant, line_user, contact, SignalSource.CSV
        )
    except (BadInput, NotFound) as error:
        return told | {"result": RowResult.REFUSED, "reason": error.message}
    result = RowResult.CHANGED if changed else RowResult.UNCHANGED
    return told | {"result": result}


async def _keep(
    ground: Ground,
    tx: AsyncConnection,
    merchant: Merchant,
    line_user: LineUserId,
    contact: Contact,
    source: SignalSource,
) -> bool:
    friend = await friends.find(tx, merchant.id, line_user)
    if friend is None:
        raise NotFound(noun="friend", name=line_user)
    now = ground.clock()
    changed = await remember_signals(
        ground,
        tx,
        merchant,
        line_user,
        email=contact.email,
        phone=contact.phone,
        source=source,
        at=now,
    )
    known = None if friend.consent is None else friend.consent.given
    if contact.consent is None or contact.consent == known:
        return changed
    consent = Consent(given=contact.consent, at=now, source=source.value)
    await friends.keep_consent(tx, merchant.id, line_user, consent, now)
    return True


def line_user_of(text: str) -> LineUserId:
    """A LINE User ID as somebody typed it. Raises UnusableSignal."""
    read = read_line_user_id(text)
    if isinstance(read, Readable):
        return read.value
    raise UnusableSignal(
        shown="This value",
        kind="a LINE User ID",
        reason="it has to be a U and 32 hexadecimal digits",
    )


def _contact(row: Mapping[str, str]) -> Contact:
    consent = row.get("consent", "").lower()
    if consent not in _YES_NO:
        raise BadInput(detail="The consent has to be yes, no or empty.")
    return Contact(
        email=row.get("email") or None,
        phone=row.get("phone") or None,
        consent=_YES_NO[consent],
    )


def _read(raw: bytes) -> list[Mapping[str, str]]:
    try:
        text = raw.decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise NotThatFile(problem="it is no CSV in UTF-8") from error
    names = [cell.strip().lower() for cell in lines[0]] if lines else []
    rows = [line for line in lines[1:] if any(cell.strip() for cell in line)]
    _refuse(names, rows)
    return [dict(zip(names, map(_as_text, row), strict=True)) for row in rows]


def _refuse(names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if "line_user_id" not in names or len(set(names)) < len(names):
        problem = "its first line has to name each column once, line_user_id among them"
        raise NotThatFile(problem=problem)
    if not set(names) <= set(_COLUMNS):
        raise NotThatFile(problem=f"the columns are {', '.join(_COLUMNS)}")
    if len(rows) > MOST_ROWS:
        raise NotThatFile(problem=f"it has more than {MOST_ROWS} rows")
    if any(len(row) != len(names) for row in rows):
        raise NotThatFile(problem="a row has more or fewer cells than the first line")


def _as_text(cell: str) -> str:
    """A cell is text, whatever a spreadsheet would compute of `=`, `+`, `-` or `@`.

    Some write an apostrophe before such text to say so.
    """
    text = cell.strip()
    return text[1:] if text.startswith(("'=", "'+", "'-", "'@")) else text
