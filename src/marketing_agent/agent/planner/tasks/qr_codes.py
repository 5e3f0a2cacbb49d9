"""Custom QR codes: creating, changing and deleting them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from marketing_agent.agent.planner.slots import answers, names, qr_codes, signals
from marketing_agent.agent.planner.tasks.task import Look, LookUp, Slot, Task
from marketing_agent.core.qr_links import LinkType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.slots.heard import Heard
    from marketing_agent.agent.planner.tasks.task import Results, Slots

_VARIABLES: Final = ("email_variable", "phone_variable")
_CONTENTS: Final = ("name", *_VARIABLES, "link_type")


def _known(results: Results, _: Slots) -> list[qr_codes.Known] | None:
    return qr_codes.known(results)


def _created(slots: Slots, _: Results) -> dict[str, Any]:
    told = {field: slots[field] for field in _CONTENTS if field in slots}
    return {"link_type": LinkType.KLAVIYO_LINKAGE.value, **told}


def _updated(slots: Slots, results: Results) -> dict[str, Any]:
    """All contents, since what an update leaves out is removed."""
    saved = qr_codes.with_slug(slots["slug"], results)
    contents = dict(saved.contents) if saved else {}
    if any(field in slots for field in (*_VARIABLES, "link_type")):
        kept = {} if slots.get("also") is None else contents
        name = contents["name"]
        contents = {**_only_variables(kept), "name": name}
        contents["link_type"] = LinkType.KLAVIYO_LINKAGE.value
    told = {field: slots[field] for field in _CONTENTS if field in slots}
    return {**contents, **told, "slug": slots["slug"]}


def _only_variables(contents: Slots) -> dict[str, str]:
    return {field: contents[field] for field in _VARIABLES if field in contents}


def _of_slug(slots: Slots, _: Results) -> dict[str, Any]:
    return {"slug": slots["slug"]}


def _is_seen(results: Results, slots: Slots) -> Mapping[str, str] | None:
    return {} if qr_codes.with_slug(slots["slug"], results) else None


def _to_change(heard: Heard) -> Mapping[str, str]:
    """The custom QR code, by what the sentence says besides its new name."""
    new = names.changed_name(heard).get("name") if not heard.asked else None
    if new is None:
        return qr_codes.described(heard)
    before, _, after = heard.text.rpartition(new)
    return qr_codes.described(replace(heard, text=f"{before} {after}"))


def _new_contents(heard: Heard) -> Mapping[str, str]:
    told = {**names.changed_name(heard), **signals.signals(heard)}
    return {**told, **signals.besides(heard)} if told else {}


_QR_CODE: Final = Slot(
    name="slug",
    hear=qr_codes.described,
    fills=("slug",),
    look_up=LookUp(tool=qr_codes.SHOWN_BY, choices=_known),
)

QR_CODES: Final = (
    Task(
        tool="create_qr_link",
        steps=(
            Slot(
                name="signals", hear=signals.signals, fills=(*_VARIABLES, "link_type")
            ),
            Slot(
                name="name",
                hear=names.new_name,
                fills=("name",),
                is_text=True,
                anew=names.another_name,
            ),
        ),
        arguments=_created,
        changeable=("name", "signals"),
        seen_by=qr_codes.SHOWN_BY,
    ),
    Task(
        tool="update_qr_link",
        steps=(
            replace(_QR_CODE, hear=_to_change),
            Slot(name="contents", hear=_new_contents, fills=_CONTENTS),
            Look(
                tool=qr_codes.SHOWN_BY,
                arguments=lambda slots: {"slug": slots["slug"]},
                sees=_is_seen,
                instead="slug",
            ),
        ),
        arguments=_updated,
        changeable=("contents",),
        seen_by=qr_codes.SHOWN_BY,
    ),
    Task(
        tool="delete_qr_link",
        steps=(
            Slot(name="meant", hear=answers.deleting, fills=("meant",)),
            _QR_CODE,
        ),
        arguments=_of_slug,
        seen_by=qr_codes.SHOWN_BY,
    ),
    Task(tool=qr_codes.SHOWN_BY, steps=(_QR_CODE,), arguments=_of_slug),
)
