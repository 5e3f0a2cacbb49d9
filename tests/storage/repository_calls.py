"""A call of every repository function, by what it does for its merchant.

A function that is in none of the three lists fails `test_isolation`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from marketing_agent.core.facts import FactKey, FormId
from marketing_agent.core.resolve import resolve
from marketing_agent.core.segments import SegmentConditions, SegmentId, TagId
from marketing_agent.core.signals import ProfileId, SignalHash
from marketing_agent.storage import (
    approvals,
    blocked_values,
    bulk_jobs,
    card_answers,
    changes,
    coverage,
    facts,
    form_linkages,
    form_secrets,
    friend_search,
    friends,
    funnel,
    inbox,
    invitations,
    links,
    live_marks,
    login_tokens,
    merchants,
    outbox,
    outcomes,
    profiles,
    qr_links,
    reviews,
    run_events,
    runs,
    segments,
    shared_values,
    sync_marks,
    tags,
    threads,
    ticket_marks,
    waiting_claims,
)
from marketing_agent.storage.changes import ChangesWanted
from marketing_agent.storage.friend_conditions import Wanted
from marketing_agent.storage.outbox import NewItem, OutboxKind
from marketing_agent.storage.runs import RunState
from tests.storage.absence_calls import ABSENCE_READS, ABSENCE_WRITES
from tests.storage.agent_calls import AGENT_READS, AGENT_WRITES
from tests.storage.diagnosis_calls import DIAGNOSIS_READS
from tests.storage.import_calls import IMPORT_READS, IMPORT_WRITES
from tests.storage.world import (
    CARD_ANSWER,
    CLAIM,
    CONSENT,
    DRAFT,
    FORM_DRAFT,
    HANA,
    HELD_PAIR,
    JOB,
    KENTA,
    LATER,
    NOW,
    SIGNALS,
    TARGET,
    TOKENS,
    WAITING,
    YESTERDAY,
    P,
    Q,
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
    form_slug: str
    thread: str
    tag: TagId
    segment: SegmentId
    import_run: int
    request: str


Ask: TypeAlias = Callable[[AsyncConnection, int, Known], Awaitable[object]]

EVERYBODY: Final = Wanted(zone=ZoneInfo("Asia/Tokyo"))

READS: Final[dict[str, Ask]] = {
    **IMPORT_READS,
    **DIAGNOSIS_READS,
    **ABSENCE_READS,
    **AGENT_READS,
    "approvals.find_for_update": lambda tx, m, known: approvals.find_for_update(
        tx, m, known.approval
    ),
    "blocked_values.hashes": lambda tx, m, _: blocked_values.hashes(tx, m),
    "bulk_jobs.due": lambda tx, m, _: bulk_jobs.due(tx, m, NOW),
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
    "changes.on_targets": lambda tx, m, _: changes.on_targets(tx, m, [TARGET], 0),
    "changes.page": lambda tx, m, _: changes.page(tx, m, ChangesWanted(), limit=9),
    "coverage.count_untried": lambda tx, m, _: coverage.count_untried(tx, m),
    "coverage.count_with_signals": lambda tx, m, _: coverage.count_with_signals(tx, m),
    "coverage.days": lambda tx, m, _: coverage.days(tx, m, YESTERDAY.day),
    "coverage.methods_set_up": lambda tx, m, _: coverage.methods_set_up(tx, m),
    "coverage.now": lambda tx, m, _: coverage.now(tx, m),
    "funnel.openings": lambda tx, m, _: funnel.openings(tx, m),
    "funnel.steps": lambda tx, m, _: funnel.steps(tx, m),
    "facts.all_facts": lambda tx, m, _: facts.all_facts(tx, m),
    "facts.component_of": lambda tx, m, _: facts.component_of(tx, m, linking_facts()),
    "facts.find": lambda tx, m, _: facts.find(tx, m, CLAIM),
    "form_linkages.find": lambda tx, m, known: form_linkages.find(
        tx, m, known.form_slug
    ),
    "form_linkages.find_ever": lambda tx, m, known: form_linkages.find_ever(
        tx, m, known.form_slug
    ),
    "form_linkages.find_hearing": lambda tx, m, known: form_linkages.find_hearing(
        tx, m, known.form_slug, removed_after=NOW
    ),
    "form_linkages.of_form": lambda tx, m, _: form_linkages.of_form(
        tx, m, FORM_DRAFT.form_id
    ),
    "form_linkages.of_merchant": lambda tx, m, _: form_linkages.of_merchant(tx, m),
    "form_secrets.find": lambda tx, m, known: form_secrets.find(tx, m, known.form_slug),
    "friends.coverage": lambda tx, m, _: friends.coverage(tx, m),
    "friend_search.count": lambda tx, m, _: friend_search.count(tx, m, EVERYBODY),
    "friend_search.links_among": lambda tx, m, _: friend_search.links_among(
        tx, m, [HANA]
    ),
    "friend_search.page": lambda tx, m, _: friend_search.page(tx, m, EVERYBODY),
    "friends.find": lambda tx, m, _: friends.find(tx, m, HANA),
    "friends.several": lambda tx, m, _: friends.several(tx, m, [HANA]),
    "friends.signals": lambda tx, m, _: friends.signals(tx, m, HANA),
    "sync_marks.due": lambda tx, m, _: sync_marks.due(tx, m, NOW),
    "inbox.waiting": lambda tx, m, _: inbox.waiting(tx, m),
    "invitations.of_merchant": lambda tx, m, _: invitations.of_merchant(tx, m, limit=9),
    "live_marks.read": lambda tx, m, _: live_marks.read(tx, m),
    "links.is_live": lambda tx, m, _: links.is_live(tx, m, CLAIM, P),
    "links.of_line_user": lambda tx, m, _: links.of_line_user(tx, m, HANA),
    "links.of_line_users": lambda tx, m, _: links.of_line_users(tx, m, [HANA]),
    "links.of_profiles": lambda tx, m, _: links.of_profiles(tx, m, [P]),
    "links.of_profile": lambda tx, m, _: links.of_profile(tx, m, P),
    "links.trail": lambda tx, m, _: links.trail(tx, m, HANA),
    "links.was_ever": lambda tx, m, _: links.was_ever(tx, m, HANA, P),
    "login_tokens.find": lambda tx, m, _: login_tokens.find(tx, m, HANA),
    "merchants.asks_email": lambda tx, m, _: merchants.asks_email(tx, m),
    "merchants.connected_at": lambda tx, m, _: merchants.connected_at(tx, m),
    "merchants.get": lambda tx, m, _: merchants.get(tx, m),
    "merchants.klaviyo_account": lambda tx, m, _: merchants.klaviyo_account(tx, m),
    "merchants.line_account": lambda tx, m, _: merchants.line_account(tx, m),
    "outbox.due": lambda tx, m, _: outbox.due(tx, m, NOW),
    "outbox.was_refused": lambda tx, m, _: outbox.was_refused(
        tx, m, ProfileId("01PROFILE-Y")
    ),
    "outbox.last_told": lambda tx, m, _: outbox.last_told(tx, m, Q),
    "outbox.of_job": lambda tx, m, _: outbox.of_job(tx, m, JOB.id),
    "outbox.told_of": lambda tx, m, _: outbox.told_of(tx, m, [Q]),
    "outbox.pending": lambda tx, m, _: outbox.pending(tx, m),
    "outcomes.counts": lambda tx, m, _: outcomes.counts(tx, m, NOW),
    "outcomes.of_claim": lambda tx, m, _: outcomes.of_claim(tx, m, CLAIM),
    "outcomes.of_line_user": lambda tx, m, _: outcomes.of_line_user(tx, m, HANA),
    "profiles.held": lambda tx, m, _: profiles.held(tx, m, [P]),
    "profiles.shown": lambda tx, m, _: profiles.shown(tx, m, P),
    "qr_links.find": lambda tx, m, known: qr_links.find(tx, m, known.slug),
    "qr_links.find_ever": lambda tx, m, known: qr_links.find_ever(tx, m, known.slug),
    "qr_links.of_merchant": lambda tx, m, _: qr_links.of_merchant(tx, m),
    "reviews.count_held": lambda tx, m, _: reviews.count_held(tx, m, NOW),
    "reviews.held": lambda tx, m, _: reviews.held(tx, m, NOW),
    "reviews.named_profiles": lambda tx, m, _: reviews.named_profiles(tx, m, HELD_PAIR),
    "shared_values.found": lambda tx, m, _: shared_values.found(tx, m, NOW, at_least=1),
    "run_events.after": lambda tx, m, _: run_events.after(tx, m, "run", 0),
    "runs.find": lambda tx, m, _: runs.find(tx, m, "run"),
    "runs.running_in": lambda tx, m, known: runs.running_in(tx, m, known.thread),
    "segments.find": lambda tx, m, known: segments.find(tx, m, known.segment),
    "segments.named": lambda tx, m, _: segments.named(tx, m, "VIP"),
    "segments.of_merchant": lambda tx, m, _: segments.of_merchant(tx, m),
    "segments.using_tag": lambda tx, m, known: segments.using_tag(tx, m, known.tag),
    "tags.find": lambda tx, m, known: tags.find(tx, m, known.tag),
    "tags.find_ever": lambda tx, m, known: tags.find_ever(tx, m, known.tag),
    "tags.friends_of_each": lambda tx, m, _: tags.friends_of_each(tx, m),
    "tags.named": lambda tx, m, _: tags.named(tx, m, ["VIP"]),
    "tags.names_of": lambda tx, m, known: tags.names_of(tx, m, [known.tag]),
    "tags.of_friends": lambda tx, m, _: tags.of_friends(tx, m, [HANA]),
    "tags.of_merchant": lambda tx, m, _: tags.of_merchant(tx, m),
    "threads.find": lambda tx, m, known: threads.find(tx, m, known.thread, "hana"),
    "threads.of_owner": lambda tx, m, _: threads.of_owner(tx, m, "hana", limit=9),
    "ticket_marks.is_scanned": lambda tx, m, _: ticket_marks.is_scanned(
        tx, m, "ticket"
    ),
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


async def _forget_held(tx: AsyncConnection, merchant_id: int, _: Known) -> None:
    """Only without a link."""
    await profiles.keep_held(tx, merchant_id, {Q: b"held"}, NOW)
    await profiles.forget_held(tx, merchant_id, [P, Q])


async def _restore_form(tx: AsyncConnection, merchant_id: int, known: Known) -> None:
    """Only what was removed can come back."""
    await form_linkages.remove(tx, merchant_id, known.form_slug, LATER)
    await form_linkages.restore(tx, merchant_id, known.form_slug, LATER)


async def _restore_segment(tx: AsyncConnection, merchant_id: int, known: Known) -> None:
    """Only what was deleted can come back; a stranger has nothing to show for it."""
    await segments.delete(tx, merchant_id, known.segment, LATER)
    await segments.restore(tx, merchant_id, known.segment, LATER)


async def _restore_tag(tx: AsyncConnection, merchant_id: int, known: Known) -> None:
    """A tag that came back is as before, but for its name here."""
    await tags.rename(tx, merchant_id, known.tag, "Other")
    await tags.remove(tx, merchant_id, known.tag, LATER)
    await tags.restore(tx, merchant_id, known.tag)


async def _forget_events(tx: AsyncConnection, merchant_id: int, known: Known) -> None:
    """Only of a run that has ended."""
    ended = {"tokens_in": 0, "tokens_out": 0, "now": NOW}
    await runs.end(tx, merchant_id, "run", RunState.DONE, **ended)
    await run_events.forget(tx, merchant_id, known.thread, ended_before=LATER)


async def _sync_those_with_signals(
    tx: AsyncConnection, merchant_id: int, _: Known
) -> None:
    """Those who are not marked already."""
    await sync_marks.settle(tx, merchant_id, [HANA], {})
    await sync_marks.mark_all_with_signals(tx, merchant_id, LATER)


ANOTHER_ANSWER: Final = replace(CARD_ANSWER, card_id="another")

WRITES: Final[dict[str, Ask]] = {
    **IMPORT_WRITES,
    **ABSENCE_WRITES,
    **AGENT_WRITES,
    "approvals.give": lambda tx, m, _: approvals.give(
        tx, m, tool="t", arguments={}, given_by="h", now=NOW, expires_at=LATER
    ),
    "approvals.use": lambda tx, m, known: approvals.use(tx, m, known.approval, NOW),
    "blocked_values.add": lambda tx, m, _: blocked_values.add(
        tx, m, SignalHash("cd" * 16), b"sealed", NOW
    ),
    "bulk_jobs.add": lambda tx, m, _: bulk_jobs.add(
        tx, m, replace(JOB, id="another"), NOW
    ),
    "bulk_jobs.end": lambda tx, m, _: bulk_jobs.end(tx, m, JOB.id, LATER),
    "bulk_jobs.look_again": lambda tx, m, _: bulk_jobs.look_again(tx, m, JOB.id, LATER),
    "card_answers.store": lambda tx, m, known: card_answers.store(
        tx, m, known.thread, [ANOTHER_ANSWER], NOW
    ),
    "changes.mark_undone": lambda tx, m, known: changes.mark_undone(
        tx, m, known.change, by=known.change + 1
    ),
    "changes.record": lambda tx, m, _: changes.record(tx, m, new_change("another")),
    "coverage.write_day": lambda tx, m, _: coverage.write_day(
        tx, m, replace(YESTERDAY, day=LATER.date()), LATER
    ),
    "facts.append": lambda tx, m, _: facts.append(
        tx, m, [claim(FactKey("another"), HANA)]
    ),
    "form_linkages.change": lambda tx, m, known: form_linkages.change(
        tx, m, known.form_slug, FORM_DRAFT, LATER, form_name="Renamed"
    ),
    "form_linkages.count_hand_over": lambda tx, m, known: form_linkages.count_hand_over(
        tx, m, known.form_slug
    ),
    "form_linkages.remove": lambda tx, m, known: form_linkages.remove(
        tx, m, known.form_slug, LATER
    ),
    "form_secrets.renew": lambda tx, m, known: form_secrets.renew(
        tx, m, known.form_slug, b"new", previous_until=LATER
    ),
    "form_linkages.restore": _restore_form,
    "form_linkages.save": lambda tx, m, _: form_linkages.save(
        tx,
        m,
        replace(FORM_DRAFT, form_id=FormId("Abc789")),
        NOW,
        form_name="Welcome",
        secret_sealed=b"sealed",
    ),
    "form_linkages.script_seen": lambda tx, m, _: form_linkages.script_seen(
        tx, m, [], "https://shop.test", LATER
    ),
    "form_linkages.webhook_seen": lambda tx, m, known: form_linkages.webhook_seen(
        tx, m, known.form_slug, LATER
    ),
    "friends.follow_all": lambda tx, m, _: friends.follow_all(
        tx, m, [HANA], at=LATER, now=LATER
    ),
    "friends.keep_consent": lambda tx, m, _: friends.keep_consent(
        tx, m, HANA, replace(CONSENT, given=False), LATER
    ),
    "friends.keep_signals": lambda tx, m, _: friends.keep_signals(
        tx, m, HANA, replace(SIGNALS, since=LATER), LATER
    ),
    "sync_marks.put_off": lambda tx, m, _: sync_marks.put_off(tx, m, [HANA], LATER),
    "sync_marks.settle": lambda tx, m, _: sync_marks.settle(
        tx, m, [HANA], {HANA: "digest"}
    ),
    "sync_marks.mark_all_with_signals": _sync_those_with_signals,
    "sync_marks.told": lambda tx, m, _: sync_marks.told(tx, m, [P], LATER),
    "friends.follow_changed": lambda tx, m, _: friends.follow_changed(
        tx, m, HANA, following=False, at=LATER, now=LATER
    ),
    "friends.meet": lambda tx, m, _: friends.meet(tx, m, HANA, LATER, language="ja"),
    "inbox.add": lambda tx, m, _: inbox.add(tx, m, {"event-2": {}}, NOW),
    "inbox.empty": lambda tx, m, known: inbox.empty(tx, m, [known.event]),
    "inbox.handled": lambda tx, m, known: inbox.handled(tx, m, [known.event], NOW),
    "invitations.withdraw": lambda tx, m, _: invitations.withdraw(
        tx, m, "hash of", NOW
    ),
    "invitations.add": lambda tx, m, _: invitations.add(
        tx, m, invitation("another"), now=NOW, expires_at=LATER
    ),
    "links.write_audit": lambda tx, m, _: links.write_audit(tx, m, pinned()),
    "links.write_difference": lambda tx, m, _: links.write_difference(
        tx, m, [HANA], []
    ),
    "login_tokens.forget": lambda tx, m, _: login_tokens.forget(tx, m, HANA, TOKENS),
    "login_tokens.keep": lambda tx, m, _: login_tokens.keep(
        tx, m, HANA, replace(TOKENS, access_sealed=b"newer")
    ),
    "merchants.let_ask_for_email": lambda tx, m, _: merchants.let_ask_for_email(
        tx, m, asks=False
    ),
    "merchants.connect_klaviyo": lambda tx, m, _: merchants.connect_klaviyo(
        tx, m, klaviyo_row(), LATER
    ),
    "merchants.switch_auto_link": lambda tx, m, _: merchants.switch_auto_link(
        tx, m, on=False
    ),
    "merchants.switch_integration": lambda tx, m, _: merchants.switch_integration(
        tx, m, on=False
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
    "outbox.finish": lambda tx, m, known: outbox.finish(tx, m, [known.item], NOW),
    "outbox.give_up": lambda tx, m, known: outbox.give_up(
        tx, m, [known.item], NOW, "no"
    ),
    "outbox.hand_over": lambda tx, m, known: outbox.hand_over(
        tx, m, [known.item], "another"
    ),
    "outbox.take_back": lambda tx, m, known: outbox.take_back(
        tx, m, [known.item], LATER, "refused"
    ),
    "outbox.put_off": lambda tx, m, known: outbox.put_off(
        tx, m, [known.item], LATER, "busy"
    ),
    "outcomes.write": lambda tx, m, _: outcomes.write(
        tx, m, [claim(CLAIM, HANA)], resolve([claim(CLAIM, HANA)]).outcomes
    ),
    "profiles.forget_held": _forget_held,
    "profiles.keep_held": lambda tx, m, _: profiles.keep_held(
        tx, m, {P: b"other"}, NOW
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
    "ticket_marks.mark_scanned": lambda tx, m, _: ticket_marks.mark_scanned(
        tx, m, "another", NOW
    ),
    "segments.change": lambda tx, m, known: segments.change(
        tx, m, known.segment, "Other", SegmentConditions(), LATER
    ),
    "segments.delete": lambda tx, m, known: segments.delete(
        tx, m, known.segment, LATER
    ),
    "segments.restore": _restore_segment,
    "segments.save": lambda tx, m, _: segments.save(
        tx, m, "Other", SegmentConditions(), LATER
    ),
    "tags.put_on": lambda tx, m, known: tags.put_on(tx, m, known.tag, [KENTA]),
    "tags.remove": lambda tx, m, known: tags.remove(tx, m, known.tag, LATER),
    "tags.rename": lambda tx, m, known: tags.rename(tx, m, known.tag, "Other"),
    "tags.restore": _restore_tag,
    "tags.save": lambda tx, m, _: tags.save(tx, m, "Other", LATER),
    "tags.take_off": lambda tx, m, known: tags.take_off(tx, m, known.tag, [HANA]),
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
    "bulk_jobs.merchants_with_due": "the tick asks it of everybody",
    "sync_marks.merchants_with_due": "the tick asks it of everybody",
    "imports.merchants_with_due": "the tick asks it of everybody",
    "import_runs.merchants_with_running": "the tick asks it of everybody",
    "coverage.last_days": "the tick asks it of everybody",
    "conditions.expect_memory": "is about plans",
    "database.database_now": "tells the time",
    "erasures.merchants_with_unfinished": "the tick asks it of everybody",
    "profile_watch.merchants_to_read": "the tick asks it of everybody",
    "profile_watch.merchants_with_missing": "the tick asks it of everybody",
    "inbox.merchants_with_waiting": "the tick asks it of everybody",
    "invitations.use": "the unguessable code says who is invited, and where",
    "form_linkages.owner_of": "the public slug says whose it is",
    "merchants.add": "makes the merchant",
    "merchants.all_of_them": "for operators and the tick",
    "merchants.by_embed_key": "the public key says whose landing page it is",
    "merchants.by_webhook_key": "the unguessable key says who it is",
    "outbox.merchants_with_due": "the tick asks it of everybody",
    "qr_links.owner_of": "the public slug says whose it is",
    "waiting_claims.merchants_with_due": "the tick asks it of everybody",
}
"""They name the merchant by something else, or ask for all of them."""
