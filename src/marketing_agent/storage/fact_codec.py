"""Facts to rows and back. A row's body holds what the key columns do not.

Defaults are written out: one that changes later must decide no old fact again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from pydantic import TypeAdapter

from marketing_agent.core import facts as kinds
from marketing_agent.core.components import line_user_of, profiles_of
from marketing_agent.core.facts import Fact, Lookup
from marketing_agent.core.match import (
    Ambiguous,
    Candidate,
    Mismatch,
    NoProfile,
    TooEarly,
)

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

KINDS: Final[dict[str, type[Fact]]] = {
    kind.__name__: kind
    for kind in (
        kinds.Claim,
        kinds.Lookup,
        kinds.Confirmation,
        kinds.FriendChange,
        kinds.Stopped,
        kinds.Pin,
        kinds.Unlink,
        kinds.Keep,
        kinds.Gone,
        kinds.Returned,
        kinds.Merged,
        kinds.Erased,
    )
}
_VERDICTS: Final = {
    verdict.__name__: verdict
    for verdict in (Candidate, NoProfile, Ambiguous, Mismatch, TooEarly)
}
_COLUMNS: Final = ("key", "at", "stored")


def row_of(merchant_id: int, fact: Fact) -> dict[str, object]:
    """The row of `facts` for this fact."""
    body = _adapter(type(fact)).dump_python(
        fact, mode="json", exclude=set(_COLUMNS), exclude_none=True
    )
    if isinstance(fact, Lookup):
        body["verdict"]["is"] = type(fact.verdict).__name__
    profile, other = (*profiles_of(fact), None, None)[:2]
    return {
        "merchant_id": merchant_id,
        "key": fact.key,
        "kind": type(fact).__name__,
        "line_user_id": line_user_of(fact),
        "profile_id": profile,
        "other_profile_id": other,
        "at": fact.at,
        "stored": fact.stored,
        "body": body,
    }


def fact_of(row: RowMapping) -> Fact:
    """The fact in this row; `at` and `stored` come from their columns."""
    kind = KINDS[row["kind"]]
    body = dict(row["body"]) | {name: row[name] for name in _COLUMNS}
    if kind is Lookup:
        fields = dict(body["verdict"])
        verdict = _VERDICTS[fields.pop("is")]
        body["verdict"] = _adapter(verdict).validate_python(fields)
    return cast("Fact", _adapter(kind).validate_python(body))


def _adapter(kind: type[object]) -> TypeAdapter[Any]:
    return _ADAPTERS[kind]


_ADAPTERS: Final[dict[type[object], TypeAdapter[Any]]] = {
    kind: TypeAdapter(kind) for kind in (*KINDS.values(), *_VERDICTS.values())
}
