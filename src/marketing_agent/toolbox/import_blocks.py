"""What the import's tools give back, for screens to draw."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from marketing_agent.core.import_counts import Result, Tally
from marketing_agent.core.imports import Extent
from marketing_agent.core.masked_text import masked_text
from marketing_agent.core.stored_ids import Verdict
from marketing_agent.toolbox.registry import Block

if TYPE_CHECKING:
    from marketing_agent.services.imports.preview import Preview
    from marketing_agent.services.imports.progress import Progress
    from marketing_agent.storage.imports import ImportSource


class SegmentLine(Block):
    """A segment of Klaviyo's."""

    id: str
    name: str
    is_active: bool
    is_processing: bool


class SegmentList(Block):
    """Klaviyo's segments by name; `more` were left out."""

    segments: list[SegmentLine]
    more: int


class PropertyLine(Block):
    """A property, and on how many of the profiles it stands."""

    name: str
    profiles: int
    line_user_ids: int
    """On how many it looks like a LINE User ID."""


class PropertyList(Block):
    """The properties that a sample of a segment has; names only."""

    segment_id: str
    segment_name: str
    looked_at: int
    properties: list[PropertyLine]


class ImportSourceBlock(Block):
    """Where LINE User IDs are imported from."""

    segment_id: str
    segment_name: str
    property: str


class ImportCounts(Block):
    """Counts that add up.

    profiles = valid + empty + malformed + several_ids; valid = friends + strangers +
    erased; new_pairs = linked + already_linked + waiting + shared + conflicts + barred
    + too_widely_shared.
    """

    profiles: int
    valid: int
    friends: int
    strangers: int
    erased: int
    empty: int
    malformed: int
    several_ids: int
    new_pairs: int
    linked: int
    already_linked: int
    waiting: int
    shared: int
    conflicts: int
    barred: int
    too_widely_shared: int
    left: int
    stopped: int


class ImportPreview(ImportSourceBlock):
    """What an import would find among the profiles that were looked at."""

    profiles: int | None
    is_whole: bool
    counts: ImportCounts
    shared_ids: int
    sharing_profiles: int
    looks_foreign: bool


class ImportRun(ImportSourceBlock):
    """One run, and how far it has come."""

    run_id: int
    kind: str
    extent: Extent | None
    """How much it reads; None where it asks LINE who is a friend."""
    state: str
    phase: str
    expected: int | None
    counts: ImportCounts
    looks_foreign: bool
    requests: int
    error: str | None
    started_at: datetime
    ended_at: datetime | None
    waits_until: datetime | None


class ImportReport(Block):
    """The import as it stands, with its runs, or a preview of another one."""

    setting: ImportSourceBlock | None
    next_run_at: datetime | None
    runs: list[ImportRun]
    preview: ImportPreview | None


class ImportStarted(ImportSourceBlock):
    """The import that is in force now."""

    warnings: list[str]
    former: ImportSourceBlock | None


def drawn_source(source: ImportSource) -> ImportSourceBlock:
    """Names that a merchant gave, without anybody's email or phone number."""
    return ImportSourceBlock(
        segment_id=source.segment_id,
        segment_name=masked_text(source.segment_name),
        property=masked_text(source.property),
    )


def drawn_preview(found: Preview) -> ImportPreview:
    """A preview."""
    return ImportPreview(
        segment_id=found.segment.id,
        segment_name=masked_text(found.segment.name),
        property=masked_text(found.property),
        profiles=found.segment.profiles,
        is_whole=found.is_whole,
        counts=drawn_counts(found.tally),
        shared_ids=found.shared_ids,
        sharing_profiles=found.sharing_profiles,
        looks_foreign=found.looks_foreign,
    )


def drawn_run(progress: Progress) -> ImportRun:
    """A run of an import."""
    run = progress.run
    return ImportRun(
        segment_id=run.segment_id or "",
        segment_name=masked_text(run.segment_name or ""),
        property=masked_text(run.property or ""),
        run_id=run.id,
        kind=run.kind.value,
        extent=None if run.extent is None else Extent(run.extent),
        state=run.state.value,
        phase=run.phase,
        expected=run.expected,
        counts=drawn_counts(progress.tally),
        looks_foreign=progress.looks_foreign,
        requests=run.requests,
        error=None if run.error is None else masked_text(run.error),
        started_at=run.started_at,
        ended_at=run.ended_at,
        waits_until=progress.waits_until,
    )


def drawn_counts(tally: Tally) -> ImportCounts:
    """The counts, each by its name."""
    verdicts, results = tally.verdicts, tally.results
    return ImportCounts(
        profiles=tally.profiles,
        valid=tally.valid,
        friends=verdicts.get(Verdict.FRIEND, 0),
        strangers=verdicts.get(Verdict.STRANGER, 0),
        erased=verdicts.get(Verdict.ERASED, 0),
        empty=verdicts.get(Verdict.EMPTY, 0),
        malformed=verdicts.get(Verdict.MALFORMED, 0),
        several_ids=verdicts.get(Verdict.SEVERAL, 0),
        new_pairs=tally.pairs,
        linked=results.get(Result.LINKED, 0),
        already_linked=results.get(Result.ALREADY_LINKED, 0),
        waiting=results.get(Result.WAITING, 0),
        shared=results.get(Result.SHARED, 0),
        conflicts=results.get(Result.CONFLICT, 0),
        barred=results.get(Result.BARRED, 0),
        too_widely_shared=results.get(Result.TOO_WIDELY_SHARED, 0),
        left=tally.left,
        stopped=tally.stopped,
    )
