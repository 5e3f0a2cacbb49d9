from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketing_agent.core.signals import (
    Flaw,
    Readable,
    Repair,
    Unreadable,
    read_email,
    read_line_user_id,
    read_phone,
)

LINE_USER_ID = "U" + "0a" * 16
WRITTEN_IN_JAPAN = "+819000000012"
REGIONS = st.sampled_from(["JP", "TW", "TH", "US", "GB", "IT", "jp", "", "??"])

anything = st.text(st.characters(exclude_categories=()), max_size=60)
"""Any text at all, lone surrogates and unassigned code points included."""
around = st.sampled_from(
    ["", " ", "'", '"', "<", "(", "mailto:", "tel:", "%2B", "\uff0b"]
)
email_like = st.builds(
    "{}{}@{}.{}".format,
    around,
    anything,
    anything,
    st.sampled_from(["test", "\uff4ap"]),
)
line_user_id_like = st.builds(
    "{}{}{}".format,
    around,
    st.sampled_from("Uu"),
    st.text("0123456789abcdefABCDEF", min_size=31, max_size=33),
)
phone_like = st.builds(
    str.__add__, around, st.text("0123456789\uff10\uff19\uff18+-() .ー%", max_size=20)
)


def full_width(text: str) -> str:
    """Write text as a Japanese keyboard does in its wide mode."""
    return "".join(chr(ord(c) + 0xFEE0) for c in text)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Hana.Sato@Mail.TEST", "hana.sato@mail.test"),
        ("a..b@docomo.test", "a..b@docomo.test"),
        ("a.@docomo.test", "a.@docomo.test"),
        (".x@ezweb.test", ".x@ezweb.test"),
        ("o'brien@mail.test", "o'brien@mail.test"),
        (" hana@mail.test. ", "hana@mail.test"),
        ("花@日本語.test", "花@xn--wgv71a119e.test"),
        ("hana@straße.test", "hana@xn--strae-oqa.test"),
    ],
)
def test_an_email_is_accepted_as_mail_systems_do(raw: str, value: str) -> None:
    """Case, dots and scripts that RFC 5321 frowns on still give one canonical form."""
    assert read_email(raw) == Readable(value=value)


@pytest.mark.parametrize(
    ("raw", "value", "repair"),
    [
        ("hana b@mail.test", "hana+b@mail.test", Repair.SPACE_FOR_PLUS),
        (full_width("hana@mail.test"), "hana@mail.test", Repair.FULL_WIDTH),
        ("ha\u200bna@mail.test", "hana@mail.test", Repair.INVISIBLE_CHARACTERS),
        ("\u202ehana@mail.test", "hana@mail.test", Repair.INVISIBLE_CHARACTERS),
        ("<hana@mail.test>", "hana@mail.test", Repair.WRAPPING),
        ("mailto:hana@mail.test", "hana@mail.test", Repair.WRAPPING),
        ("hana%40mail.test", "hana@mail.test", Repair.PERCENT_ENCODING),
        ("hana%2540mail.test", "hana@mail.test", Repair.PERCENT_ENCODING),
    ],
)
def test_an_email_is_repaired(raw: str, value: str, repair: Repair) -> None:
    """What links and copying do to an address is undone, and named."""
    assert read_email(raw) == Readable(value=value, repairs=(repair,))


@pytest.mark.parametrize(
    "raw",
    [
        "abc",
        "a@b",
        "@mail.test",
        "a@b@mail.test",
        "a b c@mail.test",
        "a@127.0.0.1",
        "a\x00b@mail.test",
        "a\nb@mail.test",
        "\ud800@mail.test",
        "a@\ud800.test",
        "a@ma il.test",
        "a@.test",
        "%ff@mail.test",
        'a"b@mail.test',
        "Hana <hana@mail.test>",
        "a" * 250 + "@mail.test",
        "a@" + "b" * 64 + ".test",
    ],
)
def test_what_is_no_email_is_refused(raw: str) -> None:
    """Text that no mailbox could have is not bent into one."""
    assert read_email(raw) == Unreadable(why=Flaw.NOT_AN_EMAIL)


@pytest.mark.parametrize(
    ("raw", "region", "value", "repairs"),
    [
        ("+81 90-0000-0012", "JP", WRITTEN_IN_JAPAN, ()),
        ("(+81) 090-0000-0012", "JP", WRITTEN_IN_JAPAN, ()),
        ("+81 (0)90 0000 0012", "US", WRITTEN_IN_JAPAN, ()),
        ("090-0000-0012", "JP", WRITTEN_IN_JAPAN, (Repair.COUNTRY_CODE,)),
        ("819000000012", "JP", WRITTEN_IN_JAPAN, (Repair.COUNTRY_CODE,)),
        ("0081 90 0000 0012", "JP", WRITTEN_IN_JAPAN, (Repair.COUNTRY_CODE,)),
        (" 819000000012", "JP", WRITTEN_IN_JAPAN, (Repair.SPACE_FOR_PLUS,)),
        (" 819000000012", "TW", WRITTEN_IN_JAPAN, (Repair.SPACE_FOR_PLUS,)),
        (" 090-0000-0012", "JP", WRITTEN_IN_JAPAN, (Repair.COUNTRY_CODE,)),
        ("%2B819000000012", "JP", WRITTEN_IN_JAPAN, (Repair.PERCENT_ENCODING,)),
        ("tel:+819000000012", "JP", WRITTEN_IN_JAPAN, (Repair.WRAPPING,)),
        ("'+819000000012", "JP", WRITTEN_IN_JAPAN, (Repair.WRAPPING,)),
        ("+819000000012.0", "JP", WRITTEN_IN_JAPAN, (Repair.DECIMAL_POINT,)),
        (
            full_width("+81") + "ー90ー0000ー0012",
            "JP",
            WRITTEN_IN_JAPAN,
            (Repair.FULL_WIDTH,),
        ),
        ("๐๘๐๐๐๐๐๐๑๒", "TH", "+66800000012", (Repair.COUNTRY_CODE,)),
        ("0900000012", "TW", "+886900000012", (Repair.COUNTRY_CODE,)),
        ("2025550123", "US", "+12025550123", (Repair.COUNTRY_CODE,)),
        (" 2025550123", "US", "+12025550123", (Repair.COUNTRY_CODE,)),
        ("+44 7700 900123", "JP", "+447700900123", ()),
    ],
)
def test_a_phone_is_read_as_e164(
    raw: str, region: str, value: str, repairs: tuple[Repair, ...]
) -> None:
    """However it is written, one number has one form, and repairs are named."""
    assert read_phone(raw, region=region) == Readable(value=value, repairs=repairs)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("abc", Flaw.NOT_A_PHONE),
        ("110", Flaw.NOT_A_PHONE),
        ("0901234567890", Flaw.NOT_A_PHONE),
        ("+81+9000000012", Flaw.NOT_A_PHONE),
        ("09000000012 ext 5", Flaw.NOT_A_PHONE),
        ("0000000000", Flaw.NOT_A_PHONE),
        ("8.19E+11", Flaw.NOT_A_PHONE),
        ("0120-000-012", Flaw.IMPERSONAL_PHONE),
        ("020-10000012", Flaw.IMPERSONAL_PHONE),
    ],
)
def test_what_is_no_persons_phone_is_refused(raw: str, why: Flaw) -> None:
    """Neither text nor a toll-free or machine number is taken for a person's phone."""
    assert read_phone(raw, region="JP") == Unreadable(why=why)


def test_fixed_and_internet_lines_are_accepted() -> None:
    """Shops store home numbers, so they are signals like mobile ones."""
    assert isinstance(read_phone("03-0000-0012", region="JP"), Readable)
    assert isinstance(read_phone("050-1000-0012", region="JP"), Readable)


@pytest.mark.parametrize(
    ("raw", "repairs"),
    [
        (LINE_USER_ID, ()),
        (f'"{LINE_USER_ID}"', (Repair.WRAPPING,)),
        (LINE_USER_ID.upper(), (Repair.LETTER_CASE,)),
        (LINE_USER_ID.lower(), (Repair.LETTER_CASE,)),
    ],
)
def test_a_line_user_id_is_read(raw: str, repairs: tuple[Repair, ...]) -> None:
    """`U` and 32 hexadecimal digits, whatever the case they were stored in."""
    assert read_line_user_id(raw) == Readable(value=LINE_USER_ID, repairs=repairs)


@pytest.mark.parametrize("raw", ["U123", "C" + "0a" * 16, LINE_USER_ID + "0", "hana"])
def test_what_is_no_line_user_id_is_refused(raw: str) -> None:
    """Display names, group ids and cut-off ids are not LINE User IDs."""
    assert read_line_user_id(raw) == Unreadable(why=Flaw.NOT_A_LINE_USER_ID)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("{{ email }}", Flaw.UNRENDERED),
        ("%7B%7B email %7D%7D", Flaw.UNRENDERED),
        ("{% if email %}", Flaw.UNRENDERED),
        ("*|EMAIL|*", Flaw.UNRENDERED),
        ("None", Flaw.UNRENDERED),
        ("'null'", Flaw.UNRENDERED),
        ('"undefined"', Flaw.UNRENDERED),
        ("NaN", Flaw.UNRENDERED),
        ("[object Object]", Flaw.UNRENDERED),
        ("", Flaw.EMPTY),
        (" \u3000\t", Flaw.EMPTY),
        ("\u200b", Flaw.EMPTY),
        ('""', Flaw.EMPTY),
        ("x" * 1_000_000, Flaw.TOO_LONG),
    ],
)
def test_every_reader_knows_values_that_are_none(raw: str, why: Flaw) -> None:
    """Unfilled variables, nothing and far too much are told apart for all signals."""
    unreadable = Unreadable(why=why)

    assert read_email(raw) == unreadable
    assert read_phone(raw, region="JP") == unreadable
    assert read_line_user_id(raw) == unreadable


def test_a_flaw_knows_its_row() -> None:
    """Rows 6 and 7 have one flaw each; every other flaw is row 8."""
    rows = {flaw: Unreadable(why=flaw).row for flaw in Flaw}

    assert rows.pop(Flaw.UNRENDERED) == 6
    assert rows.pop(Flaw.EMPTY) == 7
    assert set(rows.values()) == {8}


@pytest.mark.parametrize("unit", ["9", " ", "%25", "\ufdfa", "(", "@", "'", "+"])
def test_a_huge_value_is_refused_at_once(unit: str) -> None:
    """A megabyte of the worst text costs less than a millisecond's worth of work."""
    raw = unit * 1_000_000
    start = time.perf_counter()
    why = {read_email(raw), read_phone(raw, region="JP"), read_line_user_id(raw)}

    assert why == {Unreadable(why=Flaw.TOO_LONG)}
    assert time.perf_counter() - start < 0.1


@settings(max_examples=400, deadline=None)
@given(raw=anything | email_like)
def test_reading_an_email_is_total_and_stable(raw: str) -> None:
    """No text raises, and a canonical email is its own canonical form, unrepaired."""
    match read_email(raw):
        case Readable(value=value):
            assert read_email(value) == Readable(value=value)
        case Unreadable(why=why):
            assert why in Flaw


@settings(max_examples=400, deadline=None)
@given(raw=anything | phone_like, region=REGIONS, other=REGIONS)
def test_reading_a_phone_is_total_and_stable(raw: str, region: str, other: str) -> None:
    """No text raises, and a canonical phone stays the same in every region."""
    match read_phone(raw, region=region):
        case Readable(value=value):
            assert read_phone(value, region=other) == Readable(value=value)
        case Unreadable(why=why):
            assert why in Flaw


@settings(max_examples=200, deadline=None)
@given(raw=anything | line_user_id_like)
def test_reading_a_line_user_id_is_total_and_stable(raw: str) -> None:
    """No text raises, and a canonical LINE User ID is its own canonical form."""
    match read_line_user_id(raw):
        case Readable(value=value):
            assert read_line_user_id(value) == Readable(value=value)
        case Unreadable(why=why):
            assert why in Flaw
