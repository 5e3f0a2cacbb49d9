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


def test_a_subject_is_a_name_with_a_mark() -> None:
    """People of one name differ by it; a subject without one is its own name."""
    one, other = (Caller.subject_of("Mei #1", unique * 4) for unique in ("01ab", "02"))
    assert (one, other) == ("Mei #1#01ab01ab", "Mei #1#02020202")
    for subject in (one, other, "Mei #1"):
        mei = Caller(
            subject=subject, merchant_id=1, role=Role.OWNER, kind=CallerKind.HUMAN
        )
        assert mei.name == "Mei #1"
