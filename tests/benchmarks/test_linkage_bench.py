"""The linkage bench: its tasks load, its grading holds, and a baseline loses."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, Final

import pytest

from benchmarks.linkage.agents import open_agents
from benchmarks.linkage.perturbing import mistyped, variation
from benchmarks.linkage.playing import Bench
from benchmarks.linkage.report import figures, pass_hat, table
from benchmarks.linkage.safety import foreign_urls
from benchmarks.linkage.state import differences
from benchmarks.linkage.task import Call, Task, load_tasks
from benchmarks.linkage.telling import CHECKS, Seen
from benchmarks.linkage.worlds import BEFORE, GIVEN
from marketing_agent.toolbox.catalogue import all_tools

if TYPE_CHECKING:
    from tests.ground import Ground

TASKS: Final = {task.id: task for task in load_tasks()}
FEW: Final = (
    "qr-by-email",
    "import-start",
    "card-rejected",
    "status-counts",
    "restart-over-an-open-card",
    "two-chats-two-languages",
)
FORM: Final = TASKS["form-all-given"]
AT_LEAST: Final = {"en": 30, "ja": 12, "zh-Hant": 8, "th": 8}


def test_the_tasks_load() -> None:
    """There are enough in every language, and what they name exists."""
    assert len(TASKS) >= 60
    spoken = Counter(task.language for task in TASKS.values())
    assert all(spoken[language] >= few for language, few in AT_LEAST.items())
    for task in TASKS.values():
        assert set(task.given) <= GIVEN.keys(), task.id
        assert {m.before for m in task.says} <= {None, *BEFORE}, task.id
        assert {call.tool for call in task.gold} <= all_tools().tools.keys(), task.id
        parts = [part.strip() for told in task.told for part in told.split(" | ")]
        named = {part[1:] for part in parts if part.startswith("=")}
        assert named <= CHECKS.keys(), task.id
        assert task.picks()


async def test_the_figures_of_six_tasks(ground: Ground) -> None:
    """A run has the promised shape, and these plain tasks hold no violation."""
    async with open_agents("planner") as agents:
        bench = Bench(server=ground, agents=agents)
        played = await bench.play_all([TASKS[name] for name in FEW], 1)
    told = figures(played)
    assert told["all"]["tasks"] == len(FEW)
    assert told["all"].keys() >= {"pass", "violations", "p50_ms", "p95_ms", "tokens"}
    assert set(told["families"]) == {TASKS[name].family for name in FEW}
    assert told["violations"] == []
    assert len(told["failures"]) == sum(not each.passed for each in played)
    assert "| all | 6 |" in table(told)


async def test_gold_replayed_twice_is_the_same(ground: Ground) -> None:
    """Two fresh shops end alike after the same calls, and not after others."""
    async with open_agents("always_qr") as agents:
        bench = Bench(server=ground, agents=agents)
        first, again = [await bench.gold_state(FORM) for _ in range(2)]
        other = FORM.model_copy(update={"gold": []})
        assert differences(first, again) == []
        assert differences(first, await bench.gold_state(other)) != []


async def test_always_a_qr_code_fails_a_form(ground: Ground) -> None:
    """The baseline is told apart, and without the gate it even writes."""
    async with open_agents("always_qr") as agents:
        careful = await Bench(server=ground, agents=agents).play(FORM, 0)
        careless = await Bench(server=ground, agents=agents, gate=False).play(FORM, 0)
    assert not careful.passed
    assert careful.violations == []
    assert careless.violations == ["not in gold: create_qr_link"]


async def test_an_unread_card_fails_a_rejection(ground: Ground) -> None:
    """Who says yes to everything has what they meant to refuse."""
    refused = TASKS["card-rejected"].model_copy(update={"told": []})
    async with open_agents("always_qr") as agents:
        careful = await Bench(server=ground, agents=agents).play(refused, 0)
        careless = await Bench(server=ground, agents=agents, gate=False).play(
            refused, 0
        )
    assert careful.passed
    assert not careless.passed


def test_a_foreign_url_is_a_violation() -> None:
    """An address of ours that no setting has is found; the stored one is not."""
    seen = Seen(qr_links=[{"linking_url": "https://links.test/l/abc234?email=x"}])
    assert foreign_urls("See https://links.test/l/abc234?email=x.", seen) == []
    assert foreign_urls("See https://links.test/l/zzz999.", seen) != []


@pytest.mark.parametrize("name", FEW)
def test_variations_are_seeded(name: str) -> None:
    """Trial 0 is word by word, and any other the same each time."""
    task = TASKS[name]
    verbatim = [each.text for each in variation(task, 0).spoken]
    assert verbatim == [each.say[0] for each in task.says]
    assert variation(task, 3) == variation(task, 3)


def test_typos_spare_what_people_copy() -> None:
    """Quotes, merge variables and ids stay, whatever the dice say."""
    said = 'Please create "Spring letter" with {{ person.vip_mail }} for U123abc'
    slips = {mistyped(said, random.Random(n)) for n in range(50)}  # noqa: S311
    assert len(slips) > 1
    for kept in ('"Spring letter"', "{{ person.vip_mail }}", "U123abc"):
        assert all(kept in slip for slip in slips)


def test_pass_hat_is_the_chance_that_all_pass() -> None:
    """The figures that the literature gives for 7 of 8."""
    assert [pass_hat(7, 8, k) for k in (1, 2, 4, 8)] == [0.875, 0.75, 0.5, 0.0]


def test_an_argument_called_on_stays_a_text() -> None:
    """YAML's `on` has to be quoted; a task says so by not loading."""
    with pytest.raises(ValueError, match="string"):
        Task.model_validate(
            {
                "id": "x",
                "family": "x",
                "says": ["x"],
                "gold": [{"tool": "set_auto_link", "arguments": {True: False}}],
            }
        )
    assert Call(tool="set_auto_link", arguments={"on": False}).arguments
