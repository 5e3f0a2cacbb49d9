"""The figures of a run: as one object, and as tables that a person reads."""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING, Any, Final

from benchmarks.figures import percentile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.linkage.playing import Played

Json = dict[str, Any]
_LONGEST: Final = 400


def figures(played: Sequence[Played]) -> Json:
    """One object: the whole, per family, per language, and what failed and why."""
    return {
        "all": _summary(played),
        "families": _by(played, lambda each: each.task.family),
        "languages": _by(played, lambda each: each.task.language),
        "failures": [
            {
                "id": each.task.id,
                "trial": each.trial,
                "reasons": [reason[:_LONGEST] for reason in each.reasons],
            }
            for each in played
            if not each.passed
        ],
        "violations": [
            {"id": each.task.id, "trial": each.trial, "what": each.violations}
            for each in played
            if each.violations
        ],
    }


def pass_hat(passed: int, trials: int, k: int) -> float:
    """The chance that `k` trials, drawn from these, all passed."""
    return comb(passed, k) / comb(trials, k)


def table(told: Json) -> str:
    """The figures as Markdown."""
    ks = list(told["all"]["pass"])
    head = ["", "Tasks", *(f"pass^{k}" for k in ks), "Violations"]
    head += ["Calls", "Did you mean", "Messages", "Tokens", "p50 ms", "p95 ms"]
    rows = [head, ["---", *["---:"] * (len(head) - 1)]]
    for part in ("all", "families", "languages"):
        named = {"all": told["all"]} if part == "all" else told[part]
        rows += [[name, *_cells(each)] for name, each in named.items()]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    for what in ("failures", "violations"):
        lines += ["", f"{what.capitalize()}: {len(told[what])}"]
        lines += [_failure(each) for each in told[what]]
    return "\n".join(lines)


def _by(played: Sequence[Played], key: Callable[[Played], str]) -> Json:
    names = dict.fromkeys(key(each) for each in played)
    return {name: _summary([e for e in played if key(e) == name]) for name in names}


def _summary(played: Sequence[Played]) -> Json:
    by_task: dict[str, list[Played]] = {}
    for each in played:
        by_task.setdefault(each.task.id, []).append(each)
    trials = min(map(len, by_task.values()))
    turns = [1000 * second for each in played for second in each.heard.seconds]
    turns = turns * 2 if len(turns) == 1 else turns or [0.0, 0.0]
    return {
        "tasks": len(by_task),
        "trials": trials,
        "pass": {
            str(k): round(_mean([_hat(each, k) for each in by_task.values()]), 4)
            for k in sorted({1, *(k for k in (2, 4, 8) if k <= trials), trials})
        },
        "violations": sum(len(each.violations) for each in played),
        "tool_calls": round(_mean([len(e.heard.tool_calls) for e in played]), 2),
        "did_you_mean": round(_mean([each.heard.unsure for each in played]), 2),
        "messages": round(_mean([each.heard.messages for each in played]), 2),
        "tokens": sum(each.tokens for each in played),
        "p50_ms": round(percentile(turns, 50), 1),
        "p95_ms": round(percentile(turns, 95), 1),
    }


def _hat(trials: Sequence[Played], k: int) -> float:
    return pass_hat(sum(each.passed for each in trials), len(trials), k)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _cells(told: Json) -> list[str]:
    shares = [f"{share:.2f}" for share in told["pass"].values()]
    rest = ("violations", "tool_calls", "did_you_mean", "messages", "tokens")
    return [
        str(told["tasks"]),
        *shares,
        *(str(told[name]) for name in (*rest, "p50_ms", "p95_ms")),
    ]


def _failure(failure: Json) -> str:
    why = "; ".join(failure["reasons" if "reasons" in failure else "what"])
    return f"- {failure['id']} (trial {failure['trial']}): {why}"
