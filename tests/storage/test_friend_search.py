"""Friends by conditions: what the database finds is what the rule says."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from marketing_agent.core.facts import Method
from marketing_agent.core.segment_rule import SeenFriend, matches, start_of
from marketing_agent.core.segments import (
    FollowStatus,
    Linkage,
    SegmentConditions,
    TagId,
    UnusableConditions,
)
from marketing_agent.core.signals import LineUserId, SignalHash
from marketing_agent.storage import friend_search
from marketing_agent.storage.friend_conditions import Wanted
from marketing_agent.storage.friend_search import Place
from marketing_agent.storage.tables import friend_tags, friends, links, profiles
from tests.storage.world import HANA, NOW, P

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

TOKYO: Final = ZoneInfo("Asia/Tokyo")
DAYS: Final = [date(2026, 5, day) for day in (1, 2, 3, 4)]
TAGS: Final = [TagId(1), TagId(2)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A friend with what the rule sees; links may be suspended."""

    line_user: LineUserId
    seen: SeenFriend
    suspended: bool


def _crowd(dice: random.Random) -> list[Known]:
    """Everybody that the conditions can tell apart, dated around midnights."""
    ways: list[Method | None] = [*Method, None]
    every = product((True, False, None), ways, (False, True), range(4))
    crowd = []
    for number, (following, method, suspended, tagged) in enumerate(every):
        moments = [
            start_of(dice.choice(DAYS), TOKYO) + timedelta(seconds=dice.choice((-1, 0)))
            for _ in range(2)
        ]
        works = method is not None and not suspended
        seen = SeenFriend(
            following=following,
            following_since=None if following is None else moments[0],
            method=method if works else None,
            linked_since=moments[1] if works else None,
            tags=frozenset(tag for tag in TAGS if tag & tagged),
        )
        user = LineUserId(f"U{number:032x}")
        held = suspended and method is not None
        crowd.append(Known(line_user=user, seen=seen, suspended=held))
    return crowd


async def _move_in(tx: AsyncConnection, merchant_id: int, crowd: list[Known]) -> None:
    mine: dict[str, Any] = {"merchant_id": merchant_id}
    # Several came at one moment: pages have to go on within it.
    rows = [
        mine
        | {
            "line_user_id": each.line_user,
            "following": each.seen.following,
            "following_since": each.seen.following_since,
            "first_seen": NOW + timedelta(minutes=number // 5),
            "updated_at": NOW,
        }
        for number, each in enumerate(crowd)
    ]
    await tx.execute(friends.insert(), rows)
    tagged = [
        mine | {"tag_id": tag, "line_user_id": each.line_user}
        for each in crowd
        for tag in each.seen.tags
    ]
    await tx.execute(friend_tags.insert(), tagged)
    linked = [
        mine
        | {
            "line_user_id": each.line_user,
            "profile_id": f"of {each.line_user}",
            "made_by": f"claim of {each.line_user}",
            "method": each.seen.method or Method.PIN,
            "evidence": 1,
            "matched_by": [],
            "since": each.seen.linked_since or NOW,
            "suspended": each.suspended,
        }
        for each in crowd
        if each.seen.method or each.suspended
    ]
    await tx.execute(links.insert(), linked)


def _some(dice: random.Random, values: Any) -> frozenset[Any]:
    """Mostly nothing: many conditions at once hold for nobody."""
    if dice.random() < 0.6:
        return frozenset()
    return frozenset(each for each in values if dice.random() < 0.5)


def _conditions(dice: random.Random) -> SegmentConditions:
    def day() -> date | None:
        return dice.choice(DAYS) if dice.random() < 0.3 else None

    while True:
        try:
            return SegmentConditions(
                linkage=dice.choice([None, *Linkage]),
                follow_status=_some(dice, FollowStatus),
                tags=_some(dice, TAGS),
                without_tags=_some(dice, TAGS),
                methods=_some(dice, Method),
                linked_since=day(),
                linked_before=day(),
                followed_since=day(),
                followed_before=day(),
            )
        except UnusableConditions:
            continue


async def _all_pages(
    tx: AsyncConnection, merchant_id: int, wanted: Wanted, limit: int
) -> list[LineUserId]:
    found: list[LineUserId] = []
    after: Place | None = None
    while True:
        page = await friend_search.page(
            tx, merchant_id, wanted, after=after, limit=limit
        )
        found += [each.line_user for each in page]
        if len(page) < limit:
            return found
        after = Place(first_seen=page[-1].first_seen, line_user=page[-1].line_user)


async def test_the_database_and_the_rule_agree(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """For 100 random combinations: the same friends, each once, and their number."""
    dice = random.Random(20261123)  # noqa: S311 - dice, not a secret
    crowd = _crowd(dice)
    await _move_in(tx, merchant_id, crowd)
    sizes = set()
    for _ in range(100):
        conditions = _conditions(dice)
        wanted = Wanted(zone=TOKYO, conditions=conditions)
        held = {e.line_user for e in crowd if matches(conditions, e.seen, TOKYO)}

        found = await _all_pages(tx, merchant_id, wanted, dice.choice((7, 200)))

        assert len(found) == len(set(found))
        assert set(found) == held, conditions
        assert await friend_search.count(tx, merchant_id, wanted) == len(held)
        sizes.add(len(held))
    assert len(sizes) > 20, "the combinations told few friends apart"


async def test_the_newest_come_first_on_every_page(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """One order through all pages, also among those who came at one moment."""
    crowd = _crowd(random.Random(1))  # noqa: S311 - dice, not a secret
    await _move_in(tx, merchant_id, crowd)

    found = await _all_pages(tx, merchant_id, Wanted(zone=TOKYO), 10)

    assert found == [each.line_user for each in reversed(crowd)]


async def test_a_page_tells_what_the_list_shows(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """The link stands beside the friend, also when it is suspended."""
    crowd = _crowd(random.Random(2))  # noqa: S311 - dice, not a secret
    await _move_in(tx, merchant_id, crowd)
    known = {each.line_user: each for each in crowd}

    for line in await friend_search.page(tx, merchant_id, Wanted(zone=TOKYO)):
        each = known[line.line_user]
        assert line.following is each.seen.following
        assert line.suspended is each.suspended
        assert (line.method is not None) is bool(each.seen.method or each.suspended)
        if each.seen.method is not None:
            assert line.linked_since == each.seen.linked_since


async def _meet(tx: AsyncConnection, merchant_id: int, **values: object) -> None:
    row = {"merchant_id": merchant_id, "first_seen": NOW, "updated_at": NOW}
    await tx.execute(friends.insert().values(**row, **values))


async def test_a_name_is_searched_by_its_beginning(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """What looks like a wildcard stands for itself."""
    for number, name in enumerate(("hana sato", "hanako", "50% off", "kenta")):
        user = f"U{number:032x}"
        await _meet(tx, merchant_id, line_user_id=user, name_folded=name)

    async def found(text: str) -> int:
        return await friend_search.count(tx, merchant_id, Wanted(zone=TOKYO, name=text))

    assert [await found(text) for text in ("hana", "50%", "%", "sato", "_")] == [
        *(2, 1, 0, 0, 0)
    ]


async def test_a_signal_is_searched_whole(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """The friend's own, or that of the profile they are linked to."""
    own, theirs = SignalHash("aa" * 16), SignalHash("bb" * 16)
    await _meet(tx, merchant_id, line_user_id=HANA, email_hash=own)
    other = LineUserId("U" + "9" * 32)
    await _meet(tx, merchant_id, line_user_id=other)
    mine = {"merchant_id": merchant_id, "profile_id": P}
    await tx.execute(profiles.insert().values(**mine, phone_hash=theirs, read_at=NOW))
    await tx.execute(
        links.insert().values(
            **mine,
            line_user_id=other,
            made_by="claim",
            method=Method.QR_LINK,
            evidence=1,
            matched_by=["phone"],
            since=NOW,
            suspended=False,
        )
    )

    async def found(value: SignalHash) -> list[LineUserId]:
        wanted = Wanted(zone=TOKYO, signals=frozenset({value}))
        page = await friend_search.page(tx, merchant_id, wanted)
        return [each.line_user for each in page]

    assert await found(own) == [HANA]
    assert await found(theirs) == [other]
    assert await found(SignalHash("cc" * 16)) == []
