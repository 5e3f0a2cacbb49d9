"""What a tool needs to be told before it can be called, and in which order.

A task never fills a slot from anything but the merchant's words and the list of what
exists. Its arguments are those of the tool in `toolbox`, always complete.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from marketing_agent.agent.planner.slots import answers, friends, qr_codes, signals
from marketing_agent.agent.planner.slots import names as name_slot
from marketing_agent.core.qr_links import LinkType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.slots.heard import Heard

_VARIABLES: Final = ("email_variable", "phone_variable")
_CONTENTS: Final = ("name", *_VARIABLES, "link_type")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One thing to be told. Any of the fields `fills` means that it was."""

    name: str
    hear: Callable[[Heard], Mapping[str, str]]
    fills: tuple[str, ...]
    look_up: str | None = None
    """A read that must have come before the question makes sense."""

    def is_filled(self, slots: Mapping[str, str]) -> bool:
        """Whether the merchant has said it."""
        return any(field in slots for field in self.fills)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A tool with its slots in the order of the questions."""

    tool: str
    slots: tuple[Slot, ...]
    arguments: Callable[[Mapping[str, str], Mapping[str, Came]], dict[str, Any] | None]
    """The complete arguments; None if what they are about is gone meanwhile."""
    changeable: tuple[str, ...] = ()
    """The slots that a merchant may want otherwise after a no."""

    def slot(self, name: str | None) -> Slot | None:
        """The slot of this name."""
        return next((each for each in self.slots if each.name == name), None)

    def missing(self, slots: Mapping[str, str]) -> Slot | None:
        """The next slot to ask for."""
        return next((each for each in self.slots if not each.is_filled(slots)), None)


def replaced(
    slots: Mapping[str, str], told: Mapping[str, str], slot: Slot
) -> dict[str, str]:
    """The slots after `slot` was told anew: its former fields are gone."""
    if not told:
        return dict(slots)
    return {k: v for k, v in slots.items() if k not in slot.fills} | dict(told)


def _created(slots: Mapping[str, str], _: Mapping[str, Came]) -> dict[str, Any]:
    told = {field: slots[field] for field in _CONTENTS if field in slots}
    return {"link_type": LinkType.KLAVIYO_LINKAGE.value, **told}


def _updated(
    slots: Mapping[str, str], results: Mapping[str, Came]
) -> dict[str, Any] | None:
    """All contents, since what an update leaves out is removed."""
    saved = qr_codes.with_slug(slots["slug"], results)
    if saved is None:
        return None
    contents = dict(saved.contents)
    if any(field in slots for field in (*_VARIABLES, "link_type")):
        kept = {} if slots.get("also") is None else contents
        name = contents["name"]
        contents = {**_only_variables(kept), "name": name}
        contents["link_type"] = LinkType.KLAVIYO_LINKAGE.value
    told = {field: slots[field] for field in _CONTENTS if field in slots}
    return {**contents, **told, "slug": saved.slug}


def _only_variables(contents: Mapping[str, str]) -> dict[str, str]:
    return {field: contents[field] for field in _VARIABLES if field in contents}


def _of_slug(slots: Mapping[str, str], _: Mapping[str, Came]) -> dict[str, Any]:
    return {"slug": slots["slug"]}


def _of_friend(slots: Mapping[str, str], _: Mapping[str, Came]) -> dict[str, Any]:
    return {"line_user_id": slots["line_user_id"]}


def _of_change(slots: Mapping[str, str], _: Mapping[str, Came]) -> dict[str, Any]:
    return {"change_id": int(slots["change_id"])}


def _qr_code_to_change(heard: Heard) -> Mapping[str, str]:
    """The custom QR code, by what the sentence says besides its new name."""
    new = name_slot.changed_name(heard).get("name") if not heard.asked else None
    if new is None:
        return qr_codes.qr_code(heard)
    before, _, after = heard.text.rpartition(new)
    return qr_codes.qr_code(replace(heard, text=f"{before} {after}"))


def _new_contents(heard: Heard) -> Mapping[str, str]:
    told = {**name_slot.changed_name(heard), **signals.signals(heard)}
    return {**told, **signals.besides(heard)} if told else {}


_SIGNALS: Final = Slot(
    name="signals", hear=signals.signals, fills=(*_VARIABLES, "link_type")
)
_NAME: Final = Slot(name="name", hear=name_slot.new_name, fills=("name",))
_QR_CODE: Final = Slot(
    name="slug", hear=qr_codes.qr_code, fills=("slug",), look_up=qr_codes.SHOWN_BY
)
_FRIEND: Final = Slot(
    name="line_user_id", hear=friends.line_user_id, fills=("line_user_id",)
)

TASKS: Final[Mapping[str, Task]] = {
    task.tool: task
    for task in (
        Task(
            tool="create_qr_link",
            slots=(_SIGNALS, _NAME),
            arguments=_created,
            changeable=("name", "signals"),
        ),
        Task(
            tool="update_qr_link",
            slots=(
                replace(_QR_CODE, hear=_qr_code_to_change),
                Slot(name="contents", hear=_new_contents, fills=_CONTENTS),
            ),
            arguments=_updated,
            changeable=("contents",),
        ),
        Task(
            tool="delete_qr_link",
            slots=(
                Slot(name="meant", hear=answers.deleting, fills=("meant",)),
                _QR_CODE,
            ),
            arguments=_of_slug,
        ),
        Task(
            tool="unlink_friend",
            slots=(
                Slot(name="meant", hear=answers.unlinking, fills=("meant",)),
                _FRIEND,
            ),
            arguments=_of_friend,
            changeable=("line_user_id",),
        ),
        Task(
            tool="query_linkage_status",
            slots=(_FRIEND,),
            arguments=_of_friend,
        ),
        Task(
            tool="undo_change",
            slots=(
                Slot(
                    name="change_id",
                    hear=answers.change_id,
                    fills=("change_id",),
                    look_up="show_changes",
                ),
            ),
            arguments=_of_change,
        ),
    )
}
"""Every write that the planner can propose, and the read that may be about one friend.

Tools that are not here are called without arguments, if they only read."""
