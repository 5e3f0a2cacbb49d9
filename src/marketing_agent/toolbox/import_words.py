"""What the import's tools say, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from marketing_agent.toolbox.import_blocks import (
        ImportCounts,
        ImportPreview,
        ImportReport,
        ImportRun,
        ImportStarted,
        PropertyList,
        SegmentList,
    )

WARNINGS: Final = {
    "empty_segment": "The segment has no profiles yet; whoever joins it is imported.",
    "property_not_seen": "None of the profiles looked at has this property: check its "
    "spelling, also upper and lower case.",
}
"""By the codes of `settings.start`."""
FOREIGN: Final = (
    "More than half of the valid IDs are nobody's here. They may be those of another "
    "LINE provider, or your friends are not all known yet."
)


def said_segments(block: SegmentList) -> str:
    """One line for each segment."""
    lines = [f"- {each.name} ({each.id})" for each in block.segments]
    if block.more:
        lines.append(f"{block.more} more: ask with a part of the name")
    return "\n".join(lines) or "Klaviyo has no such segment."


def said_properties(block: PropertyList) -> str:
    """One line for each property."""
    head = f'{block.looked_at} profiles of "{block.segment_name}" were looked at.'
    if not block.properties:
        return f"{head} They have no custom properties."
    lines = [
        f"- {each.name}: on {each.profiles}, of which {each.line_user_ids} are LINE "
        "User IDs"
        for each in block.properties
    ]
    return "\n".join([head, *lines])


def said_started(block: ImportStarted) -> str:
    """What begins, and what is odd about it."""
    text = (
        f'LINE User IDs are imported from the segment "{block.segment_name}", property '
        f'"{block.property}", now and every 15 minutes.'
    )
    return " ".join([text, *(WARNINGS[each] for each in block.warnings)])


def said_preview(block: ImportPreview) -> str:
    """What an import would find."""
    looked = "All" if block.is_whole else f"{block.counts.profiles}"
    of = block.counts.profiles if block.profiles is None else block.profiles
    said = [
        f'{looked} of the {of} profiles of "{block.segment_name}" were looked at.',
        _said_values(block.counts),
    ]
    if block.shared_ids:
        said.append(
            f"{block.shared_ids} IDs stand on several profiles "
            f"({block.sharing_profiles}) and would be held."
        )
    return " ".join([*said, FOREIGN] if block.looks_foreign else said)


def said_report(block: ImportReport) -> str:
    """The setting and its last run."""
    if block.setting is None:
        head = "No import is set."
    else:
        head = (
            f'LINE User IDs are imported from the segment "'
            f'{block.setting.segment_name}", property "{block.setting.property}".'
        )
    runs = [run for run in block.runs if run.extent is not None]
    return " ".join([head, _said_run(runs[0])]) if runs else head


def _said_run(run: ImportRun) -> str:
    counts = run.counts
    when = f"{run.started_at:%Y-%m-%d %H:%M} UTC"
    of = "" if run.expected is None else f" of about {run.expected}"
    held = counts.shared + counts.conflicts
    pairs = (
        f"New pairs: {counts.new_pairs}, of which {counts.linked} are linked, "
        f"{counts.waiting} wait for the friend, {held} are held."
    )
    said = [
        f"The last run ({run.extent}) began at {when} and is {run.state}.",
        f"{counts.profiles}{of} profiles read. {_said_values(counts)}",
        pairs,
    ]
    said += [FOREIGN] if run.looks_foreign else []
    return " ".join([*said, run.error] if run.error else said)


def _said_values(counts: ImportCounts) -> str:
    wrong = counts.malformed + counts.several_ids
    return (
        f"{counts.valid} valid LINE User IDs ({counts.friends} of known friends), "
        f"{counts.empty} without a value, {wrong} that cannot be read."
    )
