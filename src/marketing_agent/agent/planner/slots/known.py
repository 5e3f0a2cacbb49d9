"""What there is to choose from, by the last reads of the conversation.

Each gives None where nothing was read yet, or the block has another shape. Lists reach
the planner cut to their first twenty; see `was_cut`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from marketing_agent.agent.planner.slots.named import Named
from marketing_agent.toolbox.change_tools import ChangeLine
from marketing_agent.toolbox.form_linkage_tools import FormLine, FormLinkageCard
from marketing_agent.toolbox.import_blocks import (
    ImportReport,
    PropertyLine,
    SegmentLine,
)
from marketing_agent.toolbox.review_blocks import ReviewLine
from marketing_agent.toolbox.segment_tools import SegmentCard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.history import Came

    Results = Mapping[str, Came]
    Slots = Mapping[str, str]

_LISTED_IN: Final = {
    "list_forms": "forms",
    "show_form_linkage": "form_linkages",
    "list_segments": "segments",
    "list_profile_properties": "properties",
    "show_segments": "segments",
    "show_changes": "changes",
    "query_linkage_status": "reviews",
}
BlockT = TypeVar("BlockT", bound=BaseModel)


def was_cut(tool: str, results: Results) -> bool:
    """Whether there are more than the conversation holds, or were looked for."""
    came = results.get(tool)
    if came is None or tool not in _LISTED_IN:
        return False
    listed = _list(tool, results) or []
    cut = any(isinstance(each, str) for each in listed) or bool(came.data.get("more"))
    return cut or was_narrowed(tool, results)


def was_narrowed(tool: str, results: Results) -> bool:
    """Whether only those of one name were read."""
    came = results.get(tool)
    return came is not None and bool(came.arguments.get("name"))


def forms(results: Results, _: Slots) -> list[Named] | None:
    """Klaviyo's forms; `draft` are those that are not live."""
    found = _read("list_forms", FormLine, results)
    return None if found is None else [_form(each) for each in found]


def _form(form: FormLine) -> Named:
    kind = "" if form.live else "draft"
    return Named(id=form.form_id, name=form.name, kind=kind)


def linked_forms(results: Results, _: Slots) -> list[Named] | None:
    """The forms that have a setting, if they were not looked at one by one."""
    came = results.get("show_form_linkage")
    if came is None or came.arguments.keys() & {"form_id", "form_name"}:
        return None
    found = _read("show_form_linkage", FormLinkageCard, results)
    if found is None:
        return None
    return [Named(id=each.form_id, name=each.form_name) for each in found]


def form_linkage(form_id: str, results: Results) -> FormLinkageCard | None:
    """The setting of this form, as last seen."""
    found = _read("show_form_linkage", FormLinkageCard, results) or []
    return next((each for each in found if each.form_id == form_id), None)


def source_segments(results: Results, _: Slots) -> list[Named] | None:
    """Klaviyo's segments."""
    found = _read("list_segments", SegmentLine, results)
    return (
        None if found is None else [Named(id=each.id, name=each.name) for each in found]
    )


def properties(results: Results, slots: Slots) -> list[Named] | None:
    """The properties seen in the segment that was chosen, by their exact names."""
    came = results.get("list_profile_properties")
    if came is None or came.arguments.get("segment_id") != slots.get("segment_id"):
        return None
    found = _read("list_profile_properties", PropertyLine, results)
    return None if found is None else [_property(each) for each in found]


def _property(line: PropertyLine) -> Named:
    return Named(
        id=line.name,
        name=line.name,
        kind="with_ids" if line.line_user_ids else "",
        facts={"profiles": line.profiles, "ids": line.line_user_ids},
    )


def import_report(results: Results) -> ImportReport | None:
    """The import as it was last looked at."""
    came = results.get("show_import")
    try:
        return None if came is None else ImportReport.model_validate(came.data)
    except ValidationError:
        return None


def own_segments(results: Results, _: Slots) -> list[Named] | None:
    """The merchant's own segments, if all of them were looked at."""
    came = results.get("show_segments")
    if came is None or came.arguments.get("segment_id"):
        return None
    found = _read("show_segments", SegmentCard, results)
    if found is None:
        return None
    return [Named(id=str(each.segment_id), name=each.name) for each in found]


def reviews(results: Results, _: Slots) -> list[Named] | None:
    """What waits for a decision; the id is the version that the decision names."""
    came = results.get("query_linkage_status")
    if came is None or came.arguments.get("line_user_id"):
        return None
    found = _read("query_linkage_status", ReviewLine, results)
    return None if found is None else [_review(each) for each in found]


def _review(item: ReviewLine) -> Named:
    return Named(id=item.version, name=item.line_user_id, facts={"why": item.reason})


def review(version: str, results: Results) -> ReviewLine | None:
    """The item of this version."""
    found = _read("query_linkage_status", ReviewLine, results) or []
    return next((each for each in found if each.version == version), None)


def undoable(results: Results, _: Slots) -> list[Named] | None:
    """The changes that can be undone as things stand."""
    found = _read("show_changes", ChangeLine, results)
    if found is None:
        return None
    return [_change(each) for each in found if each.can_be_undone]


def _change(line: ChangeLine) -> Named:
    facts = {"when": f"{line.made_at:%Y-%m-%d %H:%M}"}
    return Named(id=str(line.id), name=line.what, facts=facts)


def _list(tool: str, results: Results) -> list[Any] | None:
    came = results.get(tool)
    listed = came.data.get(_LISTED_IN[tool]) if came else None
    return listed if isinstance(listed, list) else None


def _read(tool: str, of: type[BlockT], results: Results) -> list[BlockT] | None:
    listed = _list(tool, results)
    if listed is None:
        return None
    try:
        return [of.model_validate(each) for each in listed if not isinstance(each, str)]
    except ValidationError:
        return None
