"""The tasks as they are written down: one YAML file per family."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

FOLDER: Final = Path(__file__).parent / "tasks"


def _listed(given: Any) -> Any:
    return given if isinstance(given, list) else [given]


Texts = Annotated[list[str], BeforeValidator(_listed)]
"""One text, or several that say the same."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Message(_Part):
    """Something that the merchant says by themselves, and what happens before."""

    say: Texts
    before: str | None = None
    """A name of `worlds.BEFORE`."""
    chat: str = "a"
    leaves: bool = False
    """Leave the card that this opens until the next message to the same chat."""


class Knows(_Part):
    """What the merchant answers when the agent's words match; at most twice."""

    asked: str
    answer: Texts = []
    pick: str | None = None
    """Instead of an answer: the quick reply that matches."""


class Policy(_Part):
    """What the merchant does with a card of this tool (any tool without one)."""

    tool: str | None = None
    do: Literal["approve", "reject", "edit"] = "approve"
    values: dict[str, Any] = {}
    times: int | None = None
    """How often; then the next policy counts."""


class Call(_Part):
    """A call of the gold replay."""

    tool: str
    arguments: dict[str, Any] = {}


class Never(_Part):
    """What must not be proposed, and what must not be said."""

    tools: list[str] = []
    words: list[str] = []


def _messages(given: Any) -> Any:
    return [
        each if isinstance(each, dict) else {"say": each} for each in _listed(given)
    ]


def _policies(given: Any) -> Any:
    return [{"do": each} if isinstance(each, str) else each for each in _listed(given)]


class Task(_Part):
    """One task. `<kind:name>` in texts and gold stands for something of the world."""

    id: str
    family: str
    language: Literal["en", "ja", "zh-Hant", "th"] = "en"
    given: list[str] = []
    says: Annotated[list[Message], BeforeValidator(_messages)]
    knows: list[Knows] = []
    cards: Annotated[list[Policy], BeforeValidator(_policies)] = [Policy()]
    gold: list[Call] = []
    told: list[str] = []
    """Texts, `a | b` for either, or `=name` for a check of `telling.CHECKS`."""
    never: Never = Never()
    any_order: bool = False
    wants: str = ""
    """What is picked when the agent asks "did you mean": a name of `means.yaml`."""
    ignores: frozenset[Literal["name"]] = frozenset()
    """What of the end state is not compared: a name that the merchant left open."""
    loses_without: Literal["diagnosis", "gate"] | None = None
    """An ablation that has to fail this task."""

    @model_validator(mode="before")
    @classmethod
    def _with_defaults(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Cards are approved unless told; what is wanted is gold's first, or help."""
        gold = [each["tool"] for each in given.get("gold", ())]
        cites = any("cites_existing_section" in each for each in given.get("told", ()))
        wants = gold[0] if gold else "explain" if cites else "nothing"
        return {"cards": "approve", "wants": wants, **given}

    def picks(self) -> str:
        """The pattern of the quick reply that means what is wanted."""
        return _means()[self.wants][self.language]


@cache
def _means() -> dict[str, dict[str, str]]:
    text = (Path(__file__).parent / "means.yaml").read_text(encoding="utf-8")
    means: dict[str, dict[str, str]] = yaml.safe_load(text)
    return means


class _Family(_Part):
    family: str
    wants: str | None = None
    """For all tasks of the file that do not say otherwise."""
    tasks: list[dict[str, Any]] = Field(min_length=1)


def load_tasks(folder: Path = FOLDER) -> list[Task]:
    """All tasks in order. Raises ValidationError, and ValueError for a second id."""
    tasks = []
    for path in sorted(folder.glob("*.yaml")):
        file = _Family.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        shared = {"family": file.family} | ({"wants": file.wants} if file.wants else {})
        tasks += [Task.model_validate({**shared, **each}) for each in file.tasks]
    ids = [each.id for each in tasks]
    if twice := {each for each in ids if ids.count(each) > 1}:
        raise ValueError(f"ids used twice: {', '.join(sorted(twice))}")
    return tasks
