"""What the checks of custom QR codes and of the import conclude."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from marketing_agent.core.diagnosis.checks import (
    import_setting,
    linking_url,
    qr_attempts,
)
from marketing_agent.core.diagnosis.evidence import Evidence, ImportSeen, QrLinkSeen
from marketing_agent.core.diagnosis.findings import Remedy
from marketing_agent.core.import_counts import Tally
from marketing_agent.core.qr_links import LinkType, QrLink
from marketing_agent.core.stored_ids import Verdict
from tests.core.diagnosis.given import (
    DOUBT,
    NO,
    NOT_CONNECTED,
    NOT_THERE,
    OK,
    PROBLEM,
    SILENT,
    UNKNOWN,
    YES,
    assert_told,
    given,
)

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.findings import FindingState

URL = "https://links.test/l/abc?email={{ email }}"


def code(
    *, opened: int = 0, links: bool = True, name: str = "News", **other: Any
) -> Evidence:
    """The evidence about one custom QR code."""
    kind = LinkType.KLAVIYO_LINKAGE if links else LinkType.NONE
    variable = "{{ email }}" if links else None
    qr_link = QrLink(
        name=name, link_type=kind, email_variable=variable, slug="abc", opened=opened
    )
    return given(qr_links=(QrLinkSeen(qr_link=qr_link, url=URL, **other),))


@pytest.mark.parametrize(
    ("evidence", "state", "says", "fix", "remedy"),
    [
        (given(), PROBLEM, "by saving", "Save", Remedy(tool="create_qr_link")),
        (
            code(links=False),
            PROBLEM,
            "Link Type is None",
            "Klaviyo Linkage",
            Remedy(
                tool="update_qr_link",
                arguments={
                    "slug": "abc",
                    "name": "News",
                    "link_type": "klaviyo_linkage",
                },
            ),
        ),
        (code(), OK, "is there", "", None),
    ],
)
def test_the_linking_url(
    evidence: Evidence, state: FindingState, says: str, fix: str, remedy: Remedy | None
) -> None:
    """It is issued by saving, and only with the Link Type Klaviyo Linkage."""
    found = assert_told(linking_url.check(evidence), state, says, fix)
    assert found.remedy == remedy


def test_a_name_is_shown_short_and_tells_on_nobody() -> None:
    """A merchant may name a QR code after a customer, and at any length."""
    [found] = linking_url.check(code(name="hana.sato@mail.test\n" + "spring " * 11))
    shown = found.evidence[0].value
    assert shown.startswith("h•••@m•••.test spring spring")
    assert len(shown) == 60


@pytest.mark.parametrize(
    ("evidence", "state", "says", "fix"),
    [
        (code(attempts=4, by_row={6: 3}), PROBLEM, "merge variable", "Check the name"),
        (code(attempts=9, by_row={8: 2}), DOUBT, "cannot be read", "Correct"),
        (code(attempts=9, by_row={6: 2, 7: 3}), PROBLEM, "missing", "one signal"),
        (code(opened=5), DOUBT, "none has finished", "published"),
        (code(opened=4), DOUBT, "Hardly anybody", "in the email"),
    ],
)
def test_the_traffic_of_a_custom_qr_code(
    evidence: Evidence, state: FindingState, says: str, fix: str
) -> None:
    """A wrong merge variable holds up most; no login at all has other causes."""
    assert_told(qr_attempts.check(evidence), state, says, fix)


@pytest.mark.parametrize(
    "evidence", [code(attempts=4, by_row={16: 4}), code(links=False), given()]
)
def test_traffic_that_says_nothing_about_the_email(evidence: Evidence) -> None:
    """Other reasons are told with all attempts, and Link Type None links nobody."""
    assert qr_attempts.check(evidence) == []


def counts(**verdicts: int) -> Tally:
    """So many profiles of each verdict."""
    return Tally(verdicts={Verdict(name): many for name, many in verdicts.items()})


@pytest.mark.parametrize(
    ("seen", "state", "says", "fix"),
    [
        ({"counts": counts(friend=30, empty=5)}, OK, "works", ""),
        ({}, OK, "not ended yet", ""),
        ({"segment": NOT_THERE}, PROBLEM, "no longer has", "Choose another"),
        ({"error": "It broke."}, PROBLEM, "It broke.", "run history"),
        ({"segment": SILENT}, UNKNOWN, "No answer.", "again"),
        ({"segment": NO}, UNKNOWN, "Refused.", "segments:read"),
        ({"segment": NOT_CONNECTED}, UNKNOWN, "Nothing", "Connect"),
        ({"counts": counts()}, PROBLEM, "Nobody is in", "conditions"),
        ({"counts": counts(empty=9, malformed=9)}, PROBLEM, "No profile", "name"),
        ({"counts": counts(friend=9, stranger=11)}, DOUBT, "provider", "provider"),
        ({"counts": counts(friend=11, stranger=9)}, OK, "works", ""),
        ({"counts": counts(friend=1, stranger=5)}, OK, "works", ""),
    ],
)
def test_the_import(
    seen: dict[str, Any], state: FindingState, says: str, fix: str
) -> None:
    """Segment and property are right, and the IDs are of this LINE provider.

    Few IDs prove nothing about their provider.
    """
    base = {"segment_name": "LINE", "property_name": "line_id", "segment": YES}
    imported = ImportSeen(**(base | seen))
    found = assert_told(
        import_setting.check(given(imported=imported)), state, says, fix
    )
    stop = Remedy(tool="stop_import")
    assert found.remedy == (stop if imported.segment is NOT_THERE else None)


def test_without_an_import_nothing_is_said_of_it() -> None:
    """It is one method of four."""
    assert import_setting.check(given()) == []
