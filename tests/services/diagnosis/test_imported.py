"""An import that brings nobody: each cause is found in its runs or in Klaviyo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.core.diagnosis.findings import FindingState
from marketing_agent.core.diagnosis.symptoms import Symptom
from marketing_agent.services.diagnosis.diagnose import Complaint, look_into
from tests.services.imports.stand import line_user

if TYPE_CHECKING:
    from tests.services.imports.stand import Stand

PROBLEM, DOUBT = FindingState.PROBLEM, FindingState.DOUBT
OK = FindingState.OK


async def _told(stand: Stand) -> tuple[FindingState, str]:
    complaint = Complaint(symptom=Symptom.SETUP)
    found = await look_into(stand.ground, stand.merchant_id, complaint)
    [told] = [each for each in found if each.check == "import"]
    return told.state, told.says


async def test_an_import_that_works(stand: Stand) -> None:
    """Before its first run ends, after it, and after a run that read no change."""
    await stand.befriend(1)
    stand.member(line_user(1))
    await stand.start()
    assert await _told(stand) == (OK, "The first run of the import has not ended yet.")
    await stand.run()
    assert await _told(stand) == (OK, "The import works.")
    stand.member(None)
    await stand.next_cycle()
    assert await _told(stand) == (OK, "The import works.")


async def test_a_property_without_any_id(stand: Stand) -> None:
    """Everybody was read and nobody had a LINE User ID there."""
    for value in ("yes", "", 7):
        stand.member(value)
    await stand.start()
    await stand.run()
    state, says = await _told(stand)
    assert (state, "No profile" in says) == (PROBLEM, True)


async def test_ids_of_another_provider(stand: Stand) -> None:
    """Twenty IDs, and most of them nobody's here."""
    await stand.befriend(1, 2, 3)
    for number in range(1, 21):
        stand.member(line_user(number))
    await stand.start()
    await stand.run()
    state, says = await _told(stand)
    assert (state, "another LINE provider" in says) == (DOUBT, True)


async def test_the_segment_is_gone(stand: Stand) -> None:
    """It was deleted in Klaviyo; a new setting forgets the old one's trouble."""
    stand.member(line_user(1))
    await stand.start()
    await stand.run()
    stand.klaviyo.segments.remove(stand.segment_id)
    state, says = await _told(stand)
    assert (state, "no longer has the source segment" in says) == (PROBLEM, True)

    other = stand.klaviyo.segments.add("Another")
    await stand.start(segment=other)
    assert await _told(stand) == (OK, "The first run of the import has not ended yet.")


async def test_a_run_that_is_held_up(stand: Stand) -> None:
    """A key that may no longer read members is told with Klaviyo's words."""
    stand.member(line_user(1))
    await stand.start()
    await stand.run()
    stand.klaviyo.faults.answer(403, on="/api/segments/" + stand.segment_id + "/")
    await stand.next_cycle()
    state, says = await _told(stand)
    assert (state, "does not accept the credentials" in says) == (PROBLEM, True)
