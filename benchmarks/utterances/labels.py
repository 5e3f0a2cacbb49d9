"""What issue 5 calls the planner's meanings and slots: the table of `labels.yaml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import yaml
from pydantic import BaseModel, ConfigDict

from benchmarks.utterances.lines import HERE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.utterances.lines import Value

_USES: Final = {"uses_email": "email_variable", "uses_phone": "phone_variable"}


class Labels(BaseModel):
    """The table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    labels: dict[str, str]
    answers: dict[str, str]
    arguments: dict[str, list[str]]
    differently: dict[str, dict[str, list[str]]]
    implied: dict[str, dict[str, str]]
    values: dict[str, dict[str, bool | str]]

    def label(self, meaning: str) -> str:
        """The issue's label; the meaning itself where it has none."""
        return self.labels.get(meaning, meaning)

    def heard(self, meaning: str, slots: Mapping[str, Any]) -> dict[str, set[Value]]:
        """The issue's arguments that the slots hold, each with all its values.

        A merge variable says that its signal is used, and that the other is not if it
        has none.
        """
        sources = self.arguments | self.differently.get(meaning, {})
        told: dict[str, set[Value]] = {
            argument: {self._value(argument, slots[slot]) for slot in held}
            for argument, names in sources.items()
            if (held := [name for name in names if slots.get(name) is not None])
        }
        for argument, value in self.implied.get(meaning, {}).items():
            told.setdefault(argument, {value})
        if any(variable in told for variable in _USES.values()):
            told |= {uses: {variable in told} for uses, variable in _USES.items()}
        return told

    def _value(self, argument: str, held: object) -> Value:
        return self.values.get(argument, {}).get(str(held), str(held))


def load_labels() -> Labels:
    """The committed table."""
    written = (HERE / "labels.yaml").read_text(encoding="utf-8")
    return Labels.model_validate(yaml.safe_load(written))
