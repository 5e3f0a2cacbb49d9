"""Cassettes of the platforms' HTTP: the exact wire of our clients, replayed offline.

A replayed request must equal a recorded one in method, URL, headers and body, and each
recording is played once.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import vcr

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from vcr.cassette import Cassette

    from tests.cassettes.redaction import Redaction

FOLDER = Path(__file__).parent


def recording(name: str, redaction: Redaction) -> AbstractContextManager[Cassette]:
    """Record what is sent inside the block, in place of an older cassette."""
    (FOLDER / name).unlink(missing_ok=True)
    return _tape(name, redaction, "all")


def replaying(name: str, redaction: Redaction) -> AbstractContextManager[Cassette]:
    """Answer what is sent inside the block; anything not recorded is an error."""
    return _tape(name, redaction, "none")


def _tape(
    name: str, redaction: Redaction, mode: Literal["all", "none"]
) -> AbstractContextManager[Cassette]:
    return vcr.VCR(
        record_mode=mode,
        match_on=("method", "uri", "headers", "body"),
        before_record_request=redaction.request,
        before_record_response=redaction.answer,
    ).use_cassette(str(FOLDER / name))
