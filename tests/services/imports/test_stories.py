"""Random stories in Klaviyo and LINE: whatever happened, the night puts it right."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from marketing_agent.storage import tables
from tests.services.derived_tables import check_derived_tables
from tests.services.imports.stand import line_user

if TYPE_CHECKING:
    from marketing_agent.core.signals import LineUserId, ProfileId
    from tests.services.imports.stand import Stand

_PEOPLE, _PROFILES = 4, 5
_STEPS = 36
_SEEDS = (1, 26, 31, 35, 65)
"""All but the first fail where an ID that was shared gets no second chance."""


class Story:
    """What the merchant and the customers do, and what must be true afterwards."""

    def __init__(self, stand: Stand, seed: int) -> None:
        self._stand = stand
        self._dice = random.Random(seed)  # noqa: S311 - a story, no secret
        self.carried: dict[ProfileId, LineUserId | None] = {}
        self.outside: set[ProfileId] = set()
        self.friends: set[LineUserId] = set()

    async def step(self) -> None:
        """One thing happens."""
        what = self._dice.choice("nnnvveeljfcccc")
        profile = self._dice.choice(sorted(self.carried)) if self.carried else None
        match what:
            case "n" if len(self.carried) < _PROFILES:
                value = self._anyone()
                self.carried[self._stand.member(value)] = value
            case "v" | "e" if profile is not None:
                value = None if what == "e" else self._anyone()
                self._stand.write(profile, value)
                self.carried[profile] = value
            case "l" if profile is not None:
                self._stand.leave(profile)
                self.outside.add(profile)
            case "j" if profile is not None:
                self._stand.klaviyo.segments.put(self._stand.segment_id, profile)
                self.outside.discard(profile)
            case "f":
                number = self._dice.randrange(_PEOPLE)
                await self._stand.befriend(number)
                self.friends.add(line_user(number))
            case _:
                await self._stand.next_cycle()

    def seen(self) -> dict[ProfileId, LineUserId]:
        """Which members carry whom, in the end."""
        return {
            profile: value
            for profile, value in self.carried.items()
            if value is not None and profile not in self.outside
        }

    def _anyone(self) -> LineUserId:
        return line_user(self._dice.randrange(_PEOPLE))


@pytest.mark.parametrize("seed", _SEEDS)
async def test_after_a_quiet_night_everything_is_as_klaviyo_shows_it(
    stand: Stand, seed: int
) -> None:
    """No ID that could link is left behind, and nothing waits without its value."""
    story = Story(stand, seed)
    await stand.start()
    for _ in range(_STEPS):
        await story.step()
    await stand.next_cycle()
    await stand.next_night()
    await stand.next_cycle()

    seen, linked = story.seen(), await stand.links()
    on = Counter(seen.values())
    for profile, person in seen.items():
        free = person not in linked and profile not in linked.values()
        alone = person in story.friends and on[person] == 1
        assert not (free and alone), f"{profile} was left behind"
    async with stand.ground.database.transaction() as tx:
        await check_derived_tables(tx, stand.merchant_id)
        found = tables.outcomes.c
        waiting = await tx.execute(
            select(found.profile_id, found.line_user_id).where(
                found.code == "waiting_friend"
            )
        )
        pairs = sorted(waiting.all())
    assert len(pairs) == len(set(pairs)), "a pair waits twice"
    assert set(pairs) <= set(seen.items()), "something waits without its value"
    strangers = {pair for pair in seen.items() if pair[1] not in story.friends}
    assert strangers <= set(pairs), "a stranger's pair is not waiting"
