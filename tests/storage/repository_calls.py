"""A call of every repository function, by what it does for its merchant.

A function that is in none of the three lists fails `test_isolation`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection

from marketing_agent.core.facts import FactKey
from marketing_agent.core.resolve import resolve
from marketing_agent.core.signals import SignalHash
from marketing_agent.storage import (
    approvals,
    blocked_values,
    card_answers,
    changes,
    facts,
    friends,
    inbox,
    invitations,
    links,
    merchants,
    outbox,
    outcomes,
    profiles,
    qr_links,
    run_events,
    runs,
    threads,
    waiting_claims,
)
from marketing_agent.storage.outbox import NewItem, OutboxKind
from marketing_agent.storage.runs import RunState
from tests.storage.world import (
    CARD_ANSWER,
    CLAIM,
    DRAFT,
    HANA,
    LATER,
    NOW,
    TARGET,
    WAITING,
    P,
    claim,
    invitation,
    klaviyo_row,
    line_row,
    linking_facts,
    new_change,
    pinned,
    read_profile,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Ids of the merchant who has everything: what a stranger might have learnt."""

    approval: str
    change: int
    event: int
    item: int
    slug: str
    thread: str


Ask: TypeAlias = Callable[[AsyncConnection, int, Known], Awaitable[object]]

READS: Final[dict[str, Ask]] = {
    "approvals.find_for_update": lambda tx, m, known: approvals.find_for_update(
        tx, m, known.approval
    ),
    "blocked_values.hashes": lambda tx, m, _: blocked_values.hashes(tx, m),
    "card_answers.of_calls": lambda tx, m, known: card_answers.of_calls(
        tx, m, known.thread, ["call"]
    ),
    "card_answers.of_cards": lambda tx, m, known: card_answers.of_cards(
        tx, m, known.thread, ["card"]
    ),
    "changes.find": lambda tx, m, known: changes.find(tx, m, known.change),
    "changes.later_on": lambda tx, m, _: changes.later_on(tx, m, TARGET, 0),
    "changes.made_with": lambda tx, m, known: changes.made_with(tx, m, known.approval),
    "changes.newest": lambda tx, m, _: changes.newest(tx, m, 50),
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
    "qr_links.find_ever": lambda tx, m, known: qr_links.find_ever(tx, m, known.slug),
    "qr_links.of_merchant": lambda tx, m, _: qr_links.of_merchant(tx, m),
    "run_events.after": lambda tx, m, _: run_events.after(tx, m, "run", 0),
    "runs.find": lambda tx, m, _: runs.find(tx, m, "run"),
    "runs.running_in": lambda tx, m, known: runs.running_in(tx, m, known.thread),
    "threads.find": lambda tx, m, known: threads.find(tx, m, known.thread, "hana"),
    "threads.of_owner": lambda tx, m, _: threads.of_owner(tx, m, "hana", limit=9),
    "waiting_claims.due": lambda tx, m, _: waiting_claims.due(tx, m, NOW),
    "waiting_claims.last_error": lambda tx, m, _: waiting_claims.last_error(
        tx, m, WAITING
    ),
}
"""They tell a merchant something, and a stranger what an empty house would."""


async def _restore(tx: AsyncConnection, merchant_id: int, known: Known) -> None:
    """Only what was deleted can come back."""
    await qr_links.delete(tx, merchant_id, known.slug, LATER)
    await qr_links.restore(tx, merchant_id, known.slug, LATER)


async def _forget_events(tx: AsyncConnection, merchant_id: int, known: Known) -> None:
    """Only of a run that has ended."""
    ended = {"tokens_in": 0, "tokens_out": 0, "now": NOW}
    await runs.end(tx, merchant_id, "run", RunState.DONE, **ended)
    await run_events.forget(tx, merchant_id, known.thread, ended_before=LATER)


ANOTHER_ANSWER: Final = replace(CARD_ANSWER, card_id="another")

WRITES: Final[dict[str, Ask]] = {
    "approvals.give": lambda tx, m, _: approvals.give(
        tx, m, tool="t", arguments={}, given_by="h", now=NOW, expires_at=LATER
    ),
    "approvals.use": lambda tx, m, known: approvals.use(tx, m, known.approval, NOW),
    "blocked_values.add": lambda tx, m, _: blocked_values.add(
        tx, m, SignalHash("cd" * 16), b"sealed", NOW
    ),
    "card_answers.store": lambda tx, m, known: card_answers.store(
        tx, m, known.thread, [ANOTHER_ANSWER], NOW
    ),
    "changes.mark_undone": lambda tx, m, known: changes.mark_undone(
        tx, m, known.change, by=known.change + 1
    ),
    "changes.record": lambda tx, m, _: changes.record(tx, m, new_change("another")),
    "facts.append": lambda tx, m, _: facts.append(
        tx, m, [claim(FactKey("another"), HANA)]
    ),
    "friends.follow_changed": lambda tx, m, _: friends.follow_changed(
        tx, m, HANA, following=False, at=LATER, now=LATER
    ),
    "friends.meet": lambda tx, m, _: friends.meet(tx, m, HANA, LATER, language="ja"),
    "inbox.add": lambda tx, m, _: inbox.add(tx, m, {"event-2": {}}, NOW),
    "inbox.handled": lambda tx, m, known: inbox.handled(tx, m, [known.event], NOW),
    "invitations.add": lambda tx, m, _: invitations.add(
        tx, m, invitation("another"), now=NOW, expires_at=LATER
    ),
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
    "qr_links.change": lambda tx, m, known: qr_links.change(
        tx, m, known.slug, DRAFT, LATER
    ),
    "qr_links.count_opening": lambda tx, m, known: qr_links.count_opening(
        tx, m, known.slug
    ),
    "qr_links.delete": lambda tx, m, known: qr_links.delete(tx, m, known.slug, LATER),
    "qr_links.restore": _restore,
    "qr_links.save": lambda tx, m, _: qr_links.save(tx, m, DRAFT, NOW),
    "waiting_claims.add": lambda tx, m, _: waiting_claims.add(
        tx, m, FactKey("another"), b"sealed", NOW
    ),
    "waiting_claims.forget": lambda tx, m, _: waiting_claims.forget(tx, m, [WAITING]),
    "waiting_claims.look_again": lambda tx, m, _: waiting_claims.look_again(
        tx, m, WAITING, at=LATER, looks=2
    ),
    "run_events.append": lambda tx, m, _: run_events.append(tx, m, "run", 2, ["{}"]),
    "run_events.forget": _forget_events,
    "runs.ask_to_stop": lambda tx, m, _: runs.ask_to_stop(tx, m, "run"),
    "runs.bury": lambda tx, m, known: runs.bury(
        tx, m, known.thread, silent_since=LATER
    ),
    "runs.end": lambda tx, m, _: runs.end(
        tx, m, "run", RunState.DONE, tokens_in=1, tokens_out=1, now=LATER
    ),
    "runs.is_alive": lambda tx, m, _: runs.is_alive(tx, m, "run", LATER),
    "runs.start": lambda tx, m, _: runs.start(tx, m, "run-2", "another", NOW),
    "threads.begin": lambda tx, m, _: threads.begin(
        tx, m, f"another of {m}", "hana", "Hello", NOW
    ),
    "threads.forget": lambda tx, m, known: threads.forget(tx, m, known.thread),
    "threads.touch": lambda tx, m, known: threads.touch(tx, m, known.thread, LATER),
}
"""They change something of the merchant, and nothing of anybody else."""

OF_NO_MERCHANT: Final = {
    "database.database_now": "tells the time",
    "inbox.merchants_with_waiting": "the tick asks it of everybody",
    "invitations.use": "the unguessable code says who is invited, and where",
    "merchants.add": "makes the merchant",
    "merchants.all_of_them": "for operators and the tick",
    "merchants.by_webhook_key": "the unguessable key says who it is",
    "outbox.merchants_with_due": "the tick asks it of everybody",
    "qr_links.owner_of": "the public slug says whose it is",
    "waiting_claims.merchants_with_due": "the tick asks it of everybody",
}
"""They name the merchant by something else, or ask for all of them."""
