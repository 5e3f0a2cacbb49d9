"""The utterance benchmark: its figures add up, and its scored set stays as it is."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks.utterances.labels import load_labels
from benchmarks.utterances.lines import DEVELOPMENT, LANGUAGES, SCORED, Line, read_lines
from benchmarks.utterances.scoring import Outcome, summary
from benchmarks.utterances.taking import Taken
from marketing_agent.agent.planner.moments import Moment
from marketing_agent.toolbox.pages import tool_pages

ROOT = Path(__file__).parents[2]
SCORED_SHA256 = "e825b956c6d28b699ee4ac1ad3f05691ddce64372124ea2d2df48a8d3ea2e847"
_LABELS = """
begin_setup create_qr_link show_qr_link update_qr_link delete_qr_link
configure_form_linkage show_form_linkage remove_form_linkage start_import
stop_import show_import set_auto_link query_linkage_status create_segment
list_forms list_segments list_properties diagnose explain unlink_friend
resolve_conflict undo approve reject out_of_scope smalltalk
"""
_ARGUMENTS = """
name email_variable phone_variable uses_email uses_phone form cta_label timing
segment property enabled linked friend symptom
"""
LABELS, ARGUMENTS = set(_LABELS.split()), set(_ARGUMENTS.split())
UNLABELLED = {"set_integration", "delete_segment", "erase_friend"}
FIGURES = {
    "lines",
    "acted",
    "right_among_acted",
    "ask_rate",
    "right_option_offered",
    "wrong_writes",
    "arguments_right",
    "p50_ms",
    "p95_ms",
}


def line(**changed: Any) -> Line:
    """A line that asks for a QR code by email."""
    asked = {"id": "1", "lang": "en", "text": "…", "intent": "create_qr_link"}
    return Line.model_validate({**asked, **changed})


def taken(label: str | None, *, writes: bool = False, **heard: bool | str) -> Taken:
    """One meaning with these arguments, in a millisecond."""
    arguments = {name: {value} for name, value in heard.items()}
    return Taken(label=label, is_write=writes, arguments=arguments, took=1.0)


def figures(*outcomes: tuple[Line, Taken]) -> dict[str, Any]:
    """The figures over all of them."""
    return summary([Outcome(line=a, taken=b) for a, b in outcomes])["all"]


def test_the_scored_set_is_the_one_that_was_written_first() -> None:
    """The scored set is frozen by its hash."""
    assert hashlib.sha256(SCORED.read_bytes()).hexdigest() == SCORED_SHA256


def test_the_scored_set_covers_every_label_in_every_language() -> None:
    """Each language has 65 lines and every label of the issue; 36 lie out of scope."""
    lines = read_lines(SCORED)
    for language in LANGUAGES:
        said = [each for each in lines if each.lang == language]
        assert (len(said), {each.intent for each in said}) == (65, LABELS)
    assert Counter(each.intent for each in lines)["out_of_scope"] == 36
    assert {name for each in lines for name in each.args} <= ARGUMENTS


def test_development_and_scored_are_kept_apart() -> None:
    """No sentence of the development set is scored."""
    scored = {each.text for each in read_lines(SCORED)}
    development = read_lines(DEVELOPMENT)
    assert len(development) == 60
    assert not [each.text for each in development if each.text in scored]


def test_every_tool_and_moment_has_its_label() -> None:
    """What the planner may mean is in the table or deliberately of no label."""
    labels = load_labels()
    meanings = {*tool_pages(), *map(str, Moment)}
    unknown = {each for each in meanings if labels.label(each) not in LABELS}
    assert unknown <= UNLABELLED
    assert set(labels.labels.values()) <= LABELS


def test_taiwan_may_be_written_in_other_ways() -> None:
    """`zh` and `zh-TW` are read as Traditional Chinese."""
    assert {line(lang=code).lang for code in ("zh", "zh-TW", "zh-Hant")} == {"zh-Hant"}


def test_a_wrong_write_is_counted_unless_it_is_also_right() -> None:
    """A write that nobody asked for is counted, one of `also_ok` is not."""
    wanted = line(intent="show_import")
    started = taken("start_import", writes=True)
    assert figures((wanted, started))["wrong_writes"] == 1
    also = line(intent="show_import", also_ok=["start_import"])
    assert figures((also, started))["wrong_writes"] == 0


@pytest.mark.parametrize(
    ("heard", "right"),
    [
        ({"name": "SPRING", "uses_email": True, "uses_phone": False}, 1.0),
        ({"name": "Spring", "uses_email": True, "email_variable": "{{ email }}"}, 1.0),
        ({"name": "Spring"}, 0.0),
        ({"name": "Autumn", "uses_email": True}, 0.0),
        ({"name": "Spring", "uses_email": True, "uses_phone": True}, 0.0),
        ({"name": "Spring", "uses_email": True, "form": "Popup"}, 0.0),
    ],
)
def test_arguments_are_right_only_as_a_whole(
    heard: dict[str, bool | str], right: float
) -> None:
    """A missing, different or invented argument makes the line wrong."""
    said = line(args={"name": "Spring", "uses_email": True})
    result = figures((said, taken("create_qr_link", writes=True, **heard)))
    assert result["arguments_right"] == right


def test_a_share_of_nothing_is_null() -> None:
    """Where all was asked, there is nothing that could be right among the acted."""
    result = figures((line(), taken(None)))
    assert (result["right_among_acted"], result["arguments_right"]) == (None, None)
    assert (result["ask_rate"], result["right_option_offered"]) == (1.0, 0.0)


@pytest.mark.parametrize("options", [[], ["--n-grams"]])
def test_the_command_prints_one_object_whose_figures_add_up(
    tmp_path: Path, options: list[str]
) -> None:
    """The command reads any file and prints the figures of `all` and each language."""
    file = tmp_path / "few.jsonl"
    some = DEVELOPMENT.read_text(encoding="utf-8").splitlines()[::6]
    file.write_text("\n".join(some), encoding="utf-8")
    command = [sys.executable, "-m", "benchmarks.utterances", str(file), "--json"]
    command += options
    done = subprocess.run(  # noqa: S603 - our own command
        command, check=True, capture_output=True, text=True, cwd=ROOT
    )
    printed = json.loads(done.stdout)
    assert set(printed) == {"all", *LANGUAGES}
    assert all(set(each) == FIGURES for each in printed.values())
    whole, parts = printed["all"], [printed[each] for each in LANGUAGES]
    for counted in ("lines", "acted", "wrong_writes"):
        assert whole[counted] == sum(each[counted] for each in parts)
    assert whole["lines"] == len(some)
    assert whole["ask_rate"] == pytest.approx(1 - whole["acted"] / len(some), abs=1e-4)
    assert 0 < whole["p50_ms"] <= whole["p95_ms"]
