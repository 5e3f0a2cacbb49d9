"""What to say about a result, and what the merchant may want next."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Words for the merchant and quick replies."""

    text: str
    quick: tuple[str, ...] = ()
