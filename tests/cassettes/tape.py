"""Cassettes of the platforms' HTTP: the exact wire of our clients, replayed offline.

A replayed request must equal a recorded one in method, URL, headers and body, and each
recording is played once. What a language model is asked may change with every prompt:
there only the method and the path have to be equal, and the order.
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
EXACTLY = ("method", "uri", "headers", "body")
BY_PATH = ("method", "path")


def recording(
    name: str, redaction: Redaction, match_on: tuple[str, ...] = EXACTLY
) -> AbstractContextManager[Cassette]:
    """Record what is sent inside the block, in place of an older cassette."""
    (FOLDER / name).unlink(missing_ok=True)
    return _tape(name, redaction, "all", match_on)


def replaying(
    name: str, redaction: Redaction, match_on: tuple[str, ...] = EXACTLY
) -> AbstractContextManager[Cassette]:
    """Answer what is sent inside the block; anything not recorded is an error."""
    return _tape(name, redaction, "none", match_on)


def _tape(
    name: str,
    redaction: Redaction,
    mode: Literal["all", "none"],
    match_on: tuple[str, ...],
) -> AbstractContextManager[Cassette]:
    return vcr.VCR(
        record_mode=mode,
        match_on=match_on,
        before_record_request=redaction.request,
        before_record_response=redaction.answer,
    ).use_cassette(str(FOLDER / name), allow_playback_repeats=False)
