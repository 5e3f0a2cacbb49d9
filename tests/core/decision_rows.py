"""The decision table: each row, its condition, its verdict and who decides it.

`python -m tests.core.decision_rows` prints docs/reference/decision-table.md.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from marketing_agent.core.reasons import NEXT_STEPS, REASONS


class Place(StrEnum):
    """Where a row is decided."""

    GATE = "gate"
    DOOR = "door"
    MATCH = "match"
    PAIR = "pair"
    LIFE = "life"
    LABEL = "label"


PLACES: Final = {
    Place.GATE: "before there is a claim: signatures, and the unique key of a fact",
    Place.DOOR: "when the claim is made, and stored with it (`core/door.py`)",
    Place.MATCH: "per answer of Klaviyo, and stored with it (`core/match.py`)",
    Place.PAIR: "when a claim completes (`core/completion.py`)",
    Place.LIFE: "by decisions, merges and erasures (`core/sweep.py`)",
    Place.LABEL: "when it is shown; decides nothing (`core/labels.py`)",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what has to be true, what follows, and who says so."""

    place: Place
    condition: str
    verdict: str


ROWS: Final[dict[int, Row]] = {
    1: Row(Place.GATE, "Bad signature or secret; unknown merchant", "refused"),
    2: Row(Place.GATE, "The same fact again", "unchanged"),
    3: Row(Place.LABEL, "Klaviyo disconnected, token revoked, scope missing", "paused"),
    4: Row(Place.DOOR, "The custom QR code or form was deleted", "setting_removed"),
    5: Row(Place.LABEL, "Open for longer than the claim lives", "expired"),
    6: Row(Place.DOOR, "Unrendered merge variable; None, null", "invalid_signal"),
    7: Row(Place.DOOR, "No signal, or one missing of two required", "invalid_signal"),
    8: Row(Place.DOOR, "Cannot be read as what it should be", "invalid_signal"),
    9: Row(Place.DOOR, "Shared, test or blocked value", "blocked_value"),
    10: Row(Place.DOOR, "A lost plus sign, full width, no country code", "repaired"),
    11: Row(Place.LABEL, "Klaviyo did not answer", "waiting_lookup"),
    12: Row(Place.MATCH, "One signal, no profile", "waiting_profile"),
    13: Row(Place.MATCH, "One signal, one profile", "candidate"),
    14: Row(Place.MATCH, "One signal, several profiles", "ambiguous_held"),
    15: Row(Place.MATCH, "Both signals on one profile", "candidate"),
    16: Row(Place.MATCH, "Each signal on another profile", "mismatch_refused"),
    17: Row(Place.MATCH, "The email's profile lacks the phone", "mismatch_refused"),
    18: Row(Place.MATCH, "The phone's profile lacks the email", "mismatch_refused"),
    19: Row(Place.MATCH, "Both signals, no profile", "waiting_profile"),
    20: Row(Place.MATCH, "One of several profiles carries both", "candidate"),
    21: Row(Place.MATCH, "Several profiles carry both", "ambiguous_held"),
    22: Row(Place.MATCH, "The link names another profile", "mismatch_refused"),
    23: Row(Place.LIFE, "An open claim's profile was merged away", "profile_gone"),
    24: Row(Place.LIFE, "The profile is gone", "suspended, profile_gone"),
    25: Row(Place.MATCH, "The profile is unsubscribed", "candidate, unsubscribed"),
    26: Row(Place.PAIR, "Unlinked, and nothing lifted that", "suppressed_unlink"),
    27: Row(Place.PAIR, "These two are linked already", "already_linked"),
    28: Row(Place.PAIR, "A friend, and both ends are free", "linked"),
    29: Row(
        Place.PAIR,
        "Not a friend yet; or the flow's webhook has not come",
        "waiting_friend, waiting_confirmation",
    ),
    30: Row(Place.PAIR, "Opened, but not logged in to LINE", "no claim: a counter"),
    31: Row(Place.PAIR, "The profile is linked to someone else", "conflict_held"),
    32: Row(Place.PAIR, "The profile carries a foreign LINE User ID", "as row 28"),
    33: Row(Place.PAIR, "The LINE user is linked elsewhere", "conflict_held"),
    34: Row(Place.PAIR, "As 33, with stronger evidence", "as row 33"),
    35: Row(Place.PAIR, "Both are linked elsewhere", "conflict_held"),
    36: Row(Place.PAIR, "Import: one LINE User ID on several", "conflict_held"),
    37: Row(Place.PAIR, "Import: not a friend", "waiting_friend"),
    38: Row(Place.LIFE, "The value that it stood on changed", "value_changed"),
    39: Row(Place.PAIR, "Two LINE users behind one webhook", "conflict_held"),
    40: Row(Place.LIFE, 'The customer said "not me"', "declined"),
    41: Row(Place.LABEL, "The friend left or blocked the account", "friend_left"),
    42: Row(Place.LIFE, "Merged; the survivor is free", "linked"),
    43: Row(Place.LIFE, "Merged; the survivor is taken", "suspended"),
    44: Row(Place.LIFE, "The customer's data was erased", "erased"),
    45: Row(Place.LABEL, "Email or phone changed after linking", "contact_changed"),
    46: Row(Place.LABEL, "The property was edited in Klaviyo", "property_differs"),
    47: Row(Place.LABEL, "Not yet written to Klaviyo", "sync_pending"),
    48: Row(
        Place.LIFE,
        "A decision: unlink, replace, keep; or one made meanwhile",
        "unlinked, replaced, kept, decided_otherwise",
    ),
}

_HEAD: Final = """\
# The decision table

Every claim ("this LINE user is this person") ends in exactly one outcome, with a
reason that the merchant reads. Each row has an example named by its number:
`test_row_NN_...` in the tests. The first matching row wins within one place.

| Decided | |
|---|---|
{places}

| Row | Condition | Verdict | Decided | The merchant reads | Next step |
|---|---|---|---|---|---|
"""


def rendered() -> str:
    """Write the page that a reader of the documentation sees."""
    places = "\n".join(f"| {place} | {text} |" for place, text in PLACES.items())
    lines = [_line(number, row) for number, row in sorted(ROWS.items())]
    return _HEAD.format(places=places) + "\n".join(lines) + "\n"


def _line(number: int, row: Row) -> str:
    cells = (
        str(number),
        row.condition,
        row.verdict,
        row.place,
        _sentences(REASONS, number),
        _sentences(NEXT_STEPS, number),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _sentences(texts: dict[tuple[int, str], str], number: int) -> str:
    """All sentences of a row, the general one first."""
    return " / ".join(text for (row, _), text in texts.items() if row == number)


if __name__ == "__main__":
    sys.stdout.write(rendered())
