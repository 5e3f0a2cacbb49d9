"""Profiles as JSON text, fast: a crowd's members are filled into a written sample."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from marketing_agent.sandbox.klaviyo.profiles import SandboxProfile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from marketing_agent.sandbox.klaviyo.crowd import Crowd
    from marketing_agent.sandbox.klaviyo.wire import Json

_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_MADE = datetime(1, 1, 1, tzinfo=UTC)
_BLANKS = {
    "@id@": "%(id)s",
    "@email@": "%(email)s",
    "@joined@": "%(joined)s",
    _MADE.isoformat(timespec="seconds"): "%(at)s",
    '{"@":"@"}': "%(properties)s",
}
_SAMPLE = SandboxProfile(
    id="@id@",
    email="@email@",
    created=_MADE,
    updated=_MADE,
    properties={"@": "@"},
)


class Writes(Protocol):
    """Writes a profile, and when it joined if it is shown as a member."""

    def __call__(self, profile: SandboxProfile, joined: str | None = None) -> Json:
        """Give the resource."""


class ReadsProfiles(Protocol):
    """Where the profiles are."""

    @property
    def crowds(self) -> Sequence[Crowd]:
        """The crowds."""

    def get(self, profile_id: str) -> SandboxProfile:
        """Give a profile; raises NotFound."""


class ProfileRows:
    """The rows of one answer."""

    def __init__(self, profiles: ReadsProfiles, write: Writes) -> None:
        self._profiles = profiles
        self._write = write

    def row(self, profile_id: str, joined: str | None = None) -> str:
        """Write a profile; raises NotFound."""
        for crowd in self._profiles.crowds:
            number = crowd.number(profile_id)
            if number is not None and number not in crowd.left:
                return self._filled_in(crowd, number, joined)
        return _encoded(self._write(self._profiles.get(profile_id), joined))

    def _filled_in(self, crowd: Crowd, number: int, joined: str | None) -> str:
        template = self._members if joined else self._template
        return template % {
            "id": crowd.profile_id(number),
            "email": crowd.email(number),
            "at": crowd.at(number),
            "joined": joined,
            "properties": _encoded(crowd.properties(number)),
        }

    @cached_property
    def _template(self) -> str:
        return _template(self._write(_SAMPLE, None))

    @cached_property
    def _members(self) -> str:
        return _template(self._write(_SAMPLE, "@joined@"))


def _template(written: Json) -> str:
    text = _encoded(written).replace("%", "%%")
    for sample, blank in _BLANKS.items():
        text = text.replace(sample, blank)
    return text
