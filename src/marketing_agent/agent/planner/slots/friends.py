"""Which friend is meant: only a LINE User ID says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.marks import LINE_USER_ID
from marketing_agent.core.signals import Readable, read_line_user_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.slots.heard import Heard

_ONE: Final = re.compile(
    r"\b(?:this|that|one|a|certain|particular)\s+(?:friend|customer|person|user)\b"
    r"|\b(?:is|isn't|why\s+is)\s+(?:he|she)\b|(?:この|その|あの|ある)(?:友だち|友達|人|方|お客)",
    re.IGNORECASE,
)


def line_user_ids(text: str) -> list[str]:
    """The LINE User IDs in a text, each once."""
    read = map(read_line_user_id, LINE_USER_ID.findall(text))
    return list(dict.fromkeys(r.value for r in read if isinstance(r, Readable)))


def line_user_id(heard: Heard) -> Mapping[str, str]:
    """The one LINE User ID in the sentence; empty for none and for several."""
    found = line_user_ids(heard.text)
    return {"line_user_id": found[0]} if len(found) == 1 else {}


def means_one_friend(text: str) -> bool:
    """Whether the sentence is about a single friend whom it does not identify."""
    return _ONE.search(text) is not None and not line_user_ids(text)
