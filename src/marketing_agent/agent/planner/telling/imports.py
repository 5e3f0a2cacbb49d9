"""The import of stored LINE User IDs: where from, what it found, how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.telling.told import Told, block_of
from marketing_agent.agent.planner.texts import capped
from marketing_agent.toolbox.import_blocks import (
    ImportReport,
    ImportSourceBlock,
    ImportStarted,
    PropertyList,
    SegmentList,
)

if TYPE_CHECKING:
    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.turn import Turn
    from marketing_agent.toolbox.import_blocks import (
        ImportCounts,
        ImportPreview,
        ImportRun,
    )

_MOST_LINES: Final = 10


def segments(turn: Turn, came: Came) -> Told:
    """Klaviyo's segments: what an import can read from."""
    block = block_of(SegmentList, came)
    if not block.segments:
        return Told(text=turn.say("imports.no_segment"))
    lines = [turn.say("imports.segments")]
    lines += [
        turn.say("choice.segment", name=capped(each.name), id=each.id)
        for each in block.segments[:_MOST_LINES]
    ]
    if more := block.more + max(0, len(block.segments) - _MOST_LINES):
        lines.append(turn.say("imports.more_segments", count=more))
    return Told(text="\n- ".join(lines), quick=turn.quick("start_import"))


def properties(turn: Turn, came: Came) -> Told:
    """The properties of a sample, those with LINE User IDs first."""
    block = block_of(PropertyList, came)
    key = "imports.properties" if block.properties else "imports.no_property"
    segment = capped(block.segment_name)
    lines = [turn.say(key, segment=segment, count=block.looked_at)]
    for each in block.properties[:_MOST_LINES]:
        choice = "choice.property_with_ids" if each.line_user_ids else "choice.property"
        name = capped(each.name)
        facts = {"profiles": each.profiles, "ids": each.line_user_ids}
        lines.append(turn.say(choice, id=name, name=name, **facts))
    return Told(text="\n- ".join(lines), quick=turn.quick("start_import"))


def shown(turn: Turn, came: Came) -> Told:
    """A preview, or the import as it stands with its last run."""
    report = block_of(ImportReport, came)
    if report.preview is not None:
        text = previewed(turn, report.preview)
        return Told(text=text, quick=turn.quick("start_import"))
    if report.setting is None:
        text = turn.say("imports.none")
        return Told(text=text, quick=turn.quick("start_import", "list_segments"))
    lines = [turn.say("imports.setting", **_source(report.setting))]
    lines += [_run(turn, report.runs[0])] if report.runs else []
    quick = turn.quick("show_import", "query_linkage_status", "stop_import")
    return Told(text="\n".join(lines), quick=quick)


def started(turn: Turn, came: Came) -> Told:
    """What is in force now, with what is odd about it."""
    block = block_of(ImportStarted, came)
    lines = [turn.say("imports.started", **_source(block))]
    if block.former is not None:
        lines.append(turn.say("imports.former", **_source(block.former)))
    known = [key for each in block.warnings if turn.wording.has(key := _odd(each))]
    lines += [turn.say(key) for key in known]
    return Told(text="\n".join(lines), quick=turn.quick("show_import", "undo_change"))


def stopped(turn: Turn, came: Came) -> Told:
    """That nothing is read any more, and what stays."""
    block = block_of(ImportSourceBlock, came)
    text = turn.say("imports.stopped", segment=capped(block.segment_name))
    return Told(text=text, quick=turn.quick("undo_change", "query_linkage_status"))


def previewed(turn: Turn, preview: ImportPreview) -> str:
    """What an import would find, and what speaks against it."""
    counts = preview.counts
    looked = counts.profiles
    lines = [
        turn.say(
            "imports.preview" if preview.is_whole else "imports.preview_part",
            **_source(preview),
            looked=looked,
            profiles=looked if preview.profiles is None else preview.profiles,
        ),
        _values(turn, counts),
    ]
    if preview.shared_ids:
        count, profiles = preview.shared_ids, preview.sharing_profiles
        lines.append(turn.say("imports.shared", count=count, profiles=profiles))
    if not counts.valid:
        lines.append(turn.say("imports.nothing_valid"))
    if preview.looks_foreign:
        lines.append(turn.say("imports.foreign"))
    return "\n".join(lines)


def handed_over(turn: Turn, came: Came, segment_id: str) -> str | None:
    """That the import is in force and how far it is; None if it is not."""
    report = block_of(ImportReport, came)
    setting = report.setting
    if setting is None or setting.segment_id != segment_id:
        return None
    lines = [turn.say("setup.hand_over_import", **_source(setting))]
    lines += [_run(turn, report.runs[0])] if report.runs else []
    return "\n".join(lines)


def _run(turn: Turn, run: ImportRun) -> str:
    counts = run.counts
    lines = [
        turn.say(
            "imports.run",
            when=f"{run.started_at:%Y-%m-%d %H:%M}",
            state=_state(turn, run),
            profiles=counts.profiles,
        ),
        _values(turn, counts),
        turn.say(
            "imports.pairs",
            linked=counts.linked + counts.already_linked,
            waiting=counts.waiting,
            held=counts.shared + counts.conflicts,
        ),
    ]
    lines += [turn.say("imports.foreign")] if run.looks_foreign else []
    lines += (
        [turn.say("imports.error", error=capped(turn.own(run.error)))]
        if run.error
        else []
    )
    return "\n".join(lines)


def _state(turn: Turn, run: ImportRun) -> str:
    key = f"imports.state_{run.state}"
    return turn.say(key) if turn.wording.has(key) else run.state


def _values(turn: Turn, counts: ImportCounts) -> str:
    return turn.say(
        "imports.values",
        valid=counts.valid,
        friends=counts.friends,
        empty=counts.empty,
        wrong=counts.malformed + counts.several_ids,
    )


def _source(block: ImportSourceBlock) -> dict[str, str]:
    return {"segment": capped(block.segment_name), "property": capped(block.property)}


def _odd(warning: str) -> str:
    return f"imports.odd_{warning}"
