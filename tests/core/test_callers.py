"""Who may approve and who may write."""

from __future__ import annotations

from itertools import product

from marketing_agent.core.callers import Caller, CallerKind, Role


def _callers() -> list[Caller]:
    return [
        Caller(subject="x", merchant_id=1, role=role, kind=kind)
        for role, kind in product(Role, CallerKind)
    ]


def test_only_people_who_may_change_things_approve() -> None:
    """An agent's or MCP client's token never counts as consent, whatever its role."""
    approving = {(c.role, c.kind) for c in _callers() if c.may_approve}
    assert approving == {
        (Role.OWNER, CallerKind.HUMAN),
        (Role.STAFF, CallerKind.HUMAN),
    }


def test_a_viewer_writes_nothing() -> None:
    """Writes are offered to every kind of caller, except with the viewer's role."""
    assert {c.role for c in _callers() if c.may_write} == {Role.OWNER, Role.STAFF}
    assert all(c.may_write for c in _callers() if c.may_approve)
