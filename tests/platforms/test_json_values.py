from __future__ import annotations

from datetime import UTC, datetime

import pytest

from marketing_agent.platforms.json_values import (
    JsonValue,
    as_flag,
    as_moment,
    as_object,
    as_rows,
    as_text,
    as_whole_number,
    read_object,
)


@pytest.mark.parametrize(
    "raw",
    [b"", b"<html>", b"[1]", b'"a"', b"null", b"\xff\xfe", b"[" * 100_000],
)
def test_what_is_no_object_is_none(raw: bytes) -> None:
    """A proxy's page, a broken byte or a nesting bomb is read as nothing."""
    assert read_object(raw) is None


@pytest.mark.parametrize("value", [None, 1, 1.5, True, "a", "", [], ["a"], {}])
def test_every_reader_takes_any_value(value: JsonValue) -> None:
    """No shape of JSON makes a reader raise or give another type than it promises."""
    assert isinstance(as_object(value), dict)
    assert isinstance(as_rows(value), list)
    assert as_text(value) is None or isinstance(value, str)
    assert as_flag(value) is None or isinstance(value, bool)
    assert as_whole_number(value) in (None, 1)
    assert as_moment(value) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23T03:04:05+00:00", datetime(2026, 11, 23, 3, 4, 5, tzinfo=UTC)),
        ("2026-11-23T03:04:05Z", datetime(2026, 11, 23, 3, 4, 5, tzinfo=UTC)),
        ("2026-11-23T12:04:05+09:00", datetime(2026, 11, 23, 3, 4, 5, tzinfo=UTC)),
        ("2026-11-23T03:04:05", datetime(2026, 11, 23, 3, 4, 5, tzinfo=UTC)),
        ("0001-01-01T00:00:00+09:00", None),
        ("yesterday", None),
    ],
)
def test_times_are_utc(text: str, moment: datetime | None) -> None:
    """A time of any zone becomes UTC; one that cannot be is none."""
    assert as_moment(text) == moment
