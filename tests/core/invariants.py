"""What must hold for every history; each check raises `AssertionError` with facts.

Isolation between merchants is enforced where facts are kept: `storage.facts` asks for
a merchant in every query. What `core` owes is that a resolution depends on the facts
it is given and on nothing that an earlier one left behind.
"""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from marketing_agent.core.components import components
from marketing_agent.core.facts import (
    Claim,
    Confirmation,
    Erased,
    Fact,
    FriendChange,
    Gone,
    Lookup,
    Merged,
    Pin,
    Returned,
    Unlink,
)
from marketing_agent.core.links import ChangeKind, Link, LinkChange
from marketing_agent.core.outcomes import OutcomeCode
from marketing_agent.core.resolve import Resolution, resolve
from tests.core.second_opinion import SecondOpinion

if TYPE_CHECKING:
    from marketing_agent.core.facts import FactKey
    from marketing_agent.core.outcomes import Outcome
    from tests.core.histories import Case

LONGEST_FOR_PREFIXES: Final = 14
"""Facts; longer histories are checked as a whole only, to keep the suite quick."""

PERMITTED: Final[dict[ChangeKind, tuple[type[Fact], ...]]] = {
    ChangeKind.LINKED: (Claim, Lookup, Confirmation, FriendChange, Pin),
    ChangeKind.UNLINKED: (Unlink,),
    ChangeKind.REPLACED: (Unlink,),
    ChangeKind.ERASED: (Erased,),
    ChangeKind.FOLLOWED: (Merged,),
    ChangeKind.SUSPENDED: (Gone,),
    ChangeKind.RESUMED: (Returned,),
}
"""I6: what may do what to a link. No claim is in any row but the first."""

_ENDED: Final = (ChangeKind.UNLINKED, ChangeKind.REPLACED, ChangeKind.ERASED)
_FATES: Final = {
    OutcomeCode.LINKED: "linked",
    OutcomeCode.ALREADY_LINKED: "linked",
    OutcomeCode.SUSPENDED: "linked",
    OutcomeCode.CONFLICT: "held",
    OutcomeCode.KEPT: "held",
}


def check_case(case: Case) -> None:
    """Check both merchants of a case, and that neither touches the other."""
    alone = resolve(case.merchant)
    check_history(case.neighbour, resolve(case.neighbour), case.seed)
    assert resolve(case.merchant) == alone, "another merchant left something behind"
    check_history(case.merchant, alone, case.seed)


def check_history(history: list[Fact], whole: Resolution, seed: int) -> None:
    """Check everything that holds for one history and its resolution."""
    check_links_are_one_to_one(whole)
    check_outcomes(history, whole)
    check_order_and_repeats(history, whole, seed)
    check_components(history, whole)
    check_unlinks_last(history, whole)
    check_strangers_reserve_nothing(history, whole)
    if len(history) <= LONGEST_FOR_PREFIXES:
        check_prefixes(history, whole)


def check_links_are_one_to_one(result: Resolution) -> None:
    """I1: an end is in one link at most."""
    links = result.links
    assert len({link.line_user for link in links}) == len(links)
    assert len({link.profile for link in links}) == len(links)


def check_outcomes(history: list[Fact], result: Resolution) -> None:
    """Every claim has one outcome with a reason, and is linked if a link lives."""
    claims = {fact.key for fact in history if isinstance(fact, Claim)}
    assert result.outcomes.keys() == claims
    live = {(e.line_user, e.profile): e for e in result.links}
    for key, outcome in result.outcomes.items():
        assert outcome.claim == key
        assert outcome.reason
        assert "{" not in outcome.reason + outcome.next_step
        assert 1 <= outcome.row <= 48
        pair = (outcome.line_user, outcome.profile)
        link = live.get(pair) if outcome.profile else None  # type: ignore[arg-type]
        if outcome.code.is_linked or outcome.code is OutcomeCode.SUSPENDED:
            assert link is not None, f"{key} says linked, but no link lives"
            assert link.suspended is (outcome.code is OutcomeCode.SUSPENDED)
    for link in result.links:
        maker = result.outcomes.get(link.made_by)
        alive = maker is None or maker.code.is_linked or link.suspended
        assert alive, f"a link lives, but {link.made_by} says {maker}"


def check_order_and_repeats(history: list[Fact], whole: Resolution, seed: int) -> None:
    """I2: shuffled, with later repeats, in batches and twice over, it is the same."""
    dice = random.Random(seed)  # noqa: S311 - dice, not a secret
    last = max(fact.stored for fact in history)
    again = [replace(fact, stored=last) for fact in history if dice.random() < 0.3]
    shuffled = [*history, *again]
    dice.shuffle(shuffled)
    assert resolve(shuffled) == whole


def check_components(history: list[Fact], whole: Resolution) -> None:
    """A component resolves alone exactly as it does among all facts."""
    parts = [resolve(part) for part in components(history)]
    links = [link for part in parts for link in part.links]
    changes = [change for part in parts for change in part.changes]
    assert sorted(links, key=_line_user) == list(whole.links)
    assert sorted(changes, key=str) == sorted(whole.changes, key=str)
    assert {k: v for part in parts for k, v in part.outcomes.items()} == whole.outcomes
    decisions = {k: v for part in parts for k, v in part.decisions.items()}
    assert decisions == whole.decisions


def check_unlinks_last(history: list[Fact], whole: Resolution) -> None:
    """An unlink beats everything older that names either of its ends."""
    claims = {fact.key: fact for fact in history if isinstance(fact, Claim)}
    over: list[LinkChange] = []
    for change in whole.changes:
        maker = claims.get(change.link.made_by)
        if change.kind in _ENDED:
            over.append(change)
        elif change.kind is ChangeKind.LINKED and maker is not None:
            for ended in over:
                shared = set(_ends(change.link)) & set(_ends(ended.link))
                newer = (maker.stored, maker.key) > (ended.stored, ended.cause)
                assert newer or not shared, f"{ended.cause} came after {maker.key}"


def check_strangers_reserve_nothing(history: list[Fact], whole: Resolution) -> None:
    """Without the claims of those who never were friends, the links are the same.

    Flow timing apart: there a stranger's claim makes it unclear who submitted.
    """
    friends = {
        e.line_user for e in history if isinstance(e, FriendChange) if e.is_friend
    }
    others = [
        fact
        for fact in history
        if not isinstance(fact, Claim)
        or fact.line_user in friends
        or fact.confirmed_by is not None
    ]
    if len(others) < len(history):
        without = resolve(others)
        assert (without.links, without.changes) == (whole.links, whole.changes)


def check_prefixes(history: list[Fact], whole: Resolution) -> None:
    """Fact by fact: changes are only appended, and each has a permitted cause.

    The second opinion reads along and has to agree at every moment.
    """
    facts = sorted(history, key=lambda fact: (fact.stored, fact.key))
    results = [resolve(facts[:length]) for length in range(len(facts) + 1)]
    assert results[-1] == whole
    opinion = SecondOpinion()
    for fact, (before, after) in zip(facts, pairwise(results), strict=True):
        check_step(before, after, fact)
        opinion.read(fact)
        check_agreement(opinion, after)


def check_step(before: Resolution, after: Resolution, fact: Fact) -> None:
    """One fact more: what was said stays said, what changed has its cause."""
    known = len(before.changes)
    assert after.changes[:known] == before.changes, "history was rewritten"
    for change in after.changes[known:]:
        assert change.cause == fact.key
        assert isinstance(fact, PERMITTED[change.kind])
    assert _live(after) == {link.made_by: _ends(link) for link in after.links}
    for key, held in before.outcomes.items():
        now = after.outcomes[key]
        if not (held.code.is_open or held.code in _FATES):
            assert now.code is held.code, f"{held.code} became {now.code}"
        if held.code in {OutcomeCode.CONFLICT, OutcomeCode.KEPT}:
            assert now.code in {OutcomeCode.CONFLICT, OutcomeCode.KEPT} or (
                now.code.is_alive and _is_live(after, now)
            )


def _is_live(result: Resolution, outcome: Outcome) -> bool:
    """Whether the pair of a held claim has been linked by something else."""
    pairs = {(link.line_user, link.profile) for link in result.links}
    return (outcome.line_user, outcome.profile) in pairs


def _live(result: Resolution) -> dict[FactKey, tuple[str, str]]:
    """Replay the audit trail."""
    live: dict[FactKey, tuple[str, str]] = {}
    for change in result.changes:
        if change.kind in _ENDED:
            del live[change.link.made_by]
        else:
            live[change.link.made_by] = _ends(change.link)
    return live


def check_agreement(opinion: SecondOpinion, result: Resolution) -> None:
    """The naive rules say the same links, the same fates and the same refusals."""
    links = {link.line_user: link.profile for link in result.links}
    assert links == opinion.links
    for link in result.links:
        assert link.suspended is opinion.is_suspended(link.line_user)
    refused = {key for key, why in result.decisions.items() if why is not None}
    assert refused == opinion.refused
    for claim in opinion.past:
        if isinstance(claim, Claim):
            code = result.outcomes[claim.key].code
            fate = "open" if code.is_open else _FATES.get(code, "ended")
            assert fate == opinion.fate(claim), f"{claim.key}: {code}"


def _ends(link: Link) -> tuple[str, str]:
    return (link.line_user, link.profile)


def _line_user(link: Link) -> str:
    return link.line_user
