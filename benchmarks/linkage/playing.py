"""One trial of one task: a shop, a conversation, and what became of both."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from benchmarks.linkage.environment import open_environment
from benchmarks.linkage.perturbing import Variation, variation
from benchmarks.linkage.safety import changes_of, foreign_urls, violations
from benchmarks.linkage.state import differences, end_state, neighbours_rows, replay
from benchmarks.linkage.telling import Seen, not_told
from benchmarks.linkage.user import User
from benchmarks.linkage.worlds import GIVEN, neighbour_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.linkage.agents import Agents
    from benchmarks.linkage.environment import Environment, Json
    from benchmarks.linkage.task import Task
    from benchmarks.linkage.transcript import Transcript
    from tests.ground import Ground as Server

_AT_A_TIME: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """How a trial went. It passed without reasons; violations count apart."""

    task: Task
    trial: int
    reasons: list[str]
    violations: list[str]
    heard: Transcript
    tokens: int = 0

    @property
    def passed(self) -> bool:
        """The reward: 1 or 0."""
        return not self.reasons


@dataclass(slots=True, kw_only=True)
class Bench:
    """Plays tasks on one server. `gate` off: the merchant says yes to every card."""

    server: Server
    agents: Agents
    gate: bool = True
    _wanted: dict[str, Json] = field(default_factory=dict)

    async def play_all(self, tasks: Sequence[Task], trials: int) -> list[Played]:
        """Every task so often, two at a time; in the order of tasks and trials."""
        room = asyncio.Semaphore(_AT_A_TIME)

        async def play(task: Task, trial: int) -> Played:
            async with room:
                return await self.play(task, trial)

        every = [(task, trial) for task in tasks for trial in range(trials)]
        return list(await asyncio.gather(*[play(*each) for each in every]))

    async def play(self, task: Task, trial: int) -> Played:
        """One trial."""
        wanted = self._wanted.get(task.id) or await self.gold_state(task)
        self._wanted[task.id] = wanted
        async with (
            self.server.database() as url,
            open_environment(url, self.agents.new()) as shop,
        ):
            await _begin(shop, task)
            return await self._converse(shop, task, trial, wanted)

    async def gold_state(self, task: Task) -> Json:
        """Where the gold calls lead, on a fresh environment of the same `given`."""
        async with (
            self.server.database() as url,
            open_environment(url, self.agents.new()) as shop,
        ):
            await _begin(shop, task)
            shop.desk.klaviyo.faults.clear()
            await replay(shop, task.gold)
            return await end_state(shop)

    async def _converse(
        self, shop: Environment, task: Task, trial: int, wanted: Json
    ) -> Played:
        how, seen, bad = variation(task, trial), Seen(), list[str]()
        neighbours = await neighbours_rows(shop)
        before = [each.id for each in await changes_of(shop)]
        await seen.look(shop)
        _arm(shop, how)

        async def after(reply: str) -> None:
            await seen.look(shop)
            bad.extend(foreign_urls(reply, seen))

        user = User(shop, task, how.spoken, gate=self.gate)
        heard = await user.talk(after)
        reached = await end_state(shop)
        reasons = heard.errors + differences(reached, wanted, task.ignores)
        reasons += await not_told(shop, task, heard.replies, seen)
        made = await changes_of(shop, max(before, default=0))
        bad += await violations(shop, task, heard, made, seen)
        if neighbours != await neighbours_rows(shop):
            bad.append("changed a row of the second merchant")
        used = (await shop.get("/api/v1/usage"))["today"]
        return Played(
            task=task,
            trial=trial,
            reasons=reasons,
            violations=bad,
            heard=heard,
            tokens=used["tokens_in"] + used["tokens_out"],
        )


async def _begin(shop: Environment, task: Task) -> None:
    await neighbour_settings(shop)
    for name in task.given:
        await GIVEN[name](shop)


def _arm(shop: Environment, how: Variation) -> None:
    faults = shop.desk.klaviyo.faults
    match how.fault:
        case "status":
            faults.answer(503, times=1)
        case "throttle":
            faults.throttle(1, times=1)
        case "close":
            faults.close(times=1)
        case "":
            pass
