"""A call of every repository function, by what it does for its merchant.

A function that is in none of the three lists fails `test_isolation`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection

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
from tests.storage.world import (
    CLAIM,
    DRAFT,
    HANA,
    LATER,
    NOW,
    WAITING,
    P,
    claim,
    klaviyo_row,
    line_row,
    linking_facts,
    pinned,
    read_profile,
)


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
"""They name the merchant by something else, or ask for all of them."""
