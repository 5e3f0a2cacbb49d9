"""What to say about a result, and what the merchant may want next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

if TYPE_CHECKING:
    from marketing_agent.agent.planner.history import Came

BlockT = TypeVar("BlockT", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Words for the merchant and quick replies."""

    text: str
    quick: tuple[str, ...] = ()


def block_of(kind: type[BlockT], came: Came) -> BlockT:
    """The block of a result, its lists without the note that they were cut.

    Raises Pydantic's ValidationError.
    """
    return kind.model_validate({k: _whole(each) for k, each in came.data.items()})


def _whole(value: Any) -> Any:
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        return [each for each in value if isinstance(each, dict)]
    return value
