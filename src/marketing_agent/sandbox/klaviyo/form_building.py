"""Definitions of sign-up forms in the published shape, short to write down.

    popup_form(steps=(("email",), ("phone",)), button_url="https://links.test/f")

Shape: `FormDefinition` of the published OpenAPI: versions of steps of columns of rows
of blocks. No step is marked as the success step: it is the last one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

Definition: TypeAlias = dict[str, Any]
Part: TypeAlias = dict[str, Any]
VersionType: TypeAlias = Literal["banner", "embed", "flyout", "full_screen", "popup"]
VersionStatus: TypeAlias = Literal["draft", "live"]
SUCCESS = "Success"
_INPUTS = {
    "email": ("email", "$email", "Email"),
    "phone": ("phone_number", "$phone_number", "Phone number"),
}


def popup_form(
    *,
    steps: Sequence[Sequence[str]] = (("email",), ("phone",)),
    button_label: str = "Close",
    button_url: str | None = None,
    list_id: str | None = None,
    version_type: VersionType = "popup",
    status: VersionStatus = "live",
    name: str = "Main",
) -> Definition:
    """Write a form of one version: a step per group of inputs, then a Success step.

    An input is `email`, `phone`, or the name of a custom property. The Success step has
    one Button block; with `button_url` its action is "Go to URL". `list_id` is the list
    that the last step of inputs signs up to.
    """
    last = len(steps) - 1
    asking = [
        _step(
            f"Step {number + 1}",
            [
                *(_input(name) for name in inputs),
                _button("Continue", _onward(list_id if number == last else None)),
            ],
        )
        for number, inputs in enumerate(steps)
    ]
    thanks: Part = {"type": "html_text", "properties": {"content": "<p>Thanks!</p>"}}
    success = _step(SUCCESS, [thanks, _button(button_label, _leaving(button_url))])
    version: Part = {
        "name": name,
        "type": version_type,
        "status": status,
        "ab_test": False,
        "channel": "WEB",
        "steps": [*asking, success],
        "triggers": [],
        "teasers": [],
    }
    return {"versions": [version]}


def ab_test(*definitions: Definition) -> Definition:
    """Put the versions of several definitions side by side in one form.

    Those that are live are the variations of an A/B test if there are several.
    """
    versions = [version for each in definitions for version in each["versions"]]
    testing = [each["status"] for each in versions].count("live") > 1
    live = {"ab_test": testing}
    return {
        "versions": [
            {**version, **(live if version["status"] == "live" else {})}
            for version in versions
        ]
    }


def _step(name: str, blocks: Sequence[Part]) -> Part:
    rows = [{"blocks": [block]} for block in blocks]
    return {"name": name, "columns": [{"rows": rows}]}


def _input(name: str) -> Part:
    kind, property_name, label = _INPUTS.get(name, ("text", name, name))
    known: Part = {"property_name": property_name, "label": label, "required": True}
    return {"type": kind, "properties": known}


def _button(label: str, action: Part) -> Part:
    return {"type": "button", "properties": {"label": label}, "action": action}


def _onward(list_id: str | None) -> Part:
    return {"type": "next_step", "submit": True, "properties": {"list_id": list_id}}


def _leaving(url: str | None) -> Part:
    if url is None:
        return {"type": "close", "submit": False, "properties": {"list_id": None}}
    properties = {"url": url, "new_window": False, "list_id": None}
    return {"type": "redirect", "submit": False, "properties": properties}
