"""Where a page of a list ends, as text that a client gives back to go on."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import Final

from marketing_agent.core.errors import BadInput
from marketing_agent.storage.conditions import is_storable

_LONGEST: Final = 600


class NotAPlace(BadInput):
    """This is no place that the list gave to go on from. Begin at its start."""


def mark(moment: datetime, key: str) -> str:
    """The place of a line with this time and key."""
    plain = json.dumps([moment.isoformat(), key])
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read_mark(text: str) -> tuple[datetime, str]:
    """The opposite. Raises NotAPlace for anything else."""
    try:
        padded = text[:_LONGEST].encode("ascii") + b"=" * (-len(text) % 4)
        told, key = json.loads(base64.urlsafe_b64decode(padded))
        moment = datetime.fromisoformat(told)
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise NotAPlace from None
    if moment.tzinfo is None or not isinstance(key, str) or not is_storable(key):
        raise NotAPlace
    return moment, key
