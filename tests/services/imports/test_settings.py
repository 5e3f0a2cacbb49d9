"""Starting, changing and stopping the import, and looking before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketing_agent.core.errors import NotFound
from marketing_agent.core.stored_ids import Verdict
from marketing_agent.services.imports.preview import preview, take_sample
from marketing_agent.services.imports.settings import (
    ImportUnchanged,
    PropertyName,
    UnknownProperty,
    start,
)
from tests.services.imports.stand import PROPERTY, line_user

if TYPE_CHECKING:
    from tests.services.imports.stand import Stand


async def test_a_preview_tells_what_an_import_would_find(stand: Stand) -> None:
    """Profiles, valid IDs, known friends, duplicates, rubbish; it writes nothing."""
    for number in (1, 2, 2, 3):
        stand.member(line_user(number))
    for value in ("rubbish", None, [line_user(8), line_user(9)]):
        stand.member(value)
    await stand.befriend(1)

    found = await preview(stand.ground, stand.merchant_id, stand.segment_id, PROPERTY)

    assert (found.segment.name, found.segment.profiles) == ("Old tool", 7)
    assert found.is_whole
    assert found.tally.verdicts == {
        Verdict.FRIEND: 1,
        Verdict.STRANGER: 3,
        Verdict.MALFORMED: 1,
        Verdict.EMPTY: 1,
        Verdict.SEVERAL: 1,
    }
    assert (found.shared_ids, found.sharing_profiles) == (1, 2)
    assert not found.looks_foreign
    assert await stand.count("sightings") == 0


async def test_half_foreign_ids_are_noticed_before_the_start(stand: Stand) -> None:
    """More than half of at least twenty valid IDs are nobody's here."""
    for number in range(40):
        stand.member(line_user(number))
    await stand.befriend(*range(19))

    found = await preview(stand.ground, stand.merchant_id, stand.segment_id, PROPERTY)

    assert found.looks_foreign


async def test_a_large_segment_is_sampled_at_both_ends(stand: Stand) -> None:
    """A thousand profiles at most, and the preview says that these are not all."""
    crowd = stand.klaviyo.add_crowd(
        2500, properties=lambda number: {PROPERTY: line_user(number)}
    )
    stand.klaviyo.segments.fill(stand.segment_id, crowd)

    found = await preview(stand.ground, stand.merchant_id, stand.segment_id, PROPERTY)

    assert (found.is_whole, found.tally.profiles) == (False, 1000)
    assert found.segment.profiles == 2500


async def test_properties_are_told_by_name_and_never_by_value(stand: Stand) -> None:
    """Those that hold LINE User IDs come first."""
    stand.member(line_user(1), shoe_size=39, city="Osaka")
    stand.member("rubbish", city="Kyoto")

    sample = await take_sample(stand.ground, stand.merchant_id, stand.segment_id)

    seen = sample.properties()
    assert [(each.name, each.profiles, each.line_user_ids) for each in seen] == [
        (PROPERTY, 2, 1),
        ("city", 2, 0),
        ("shoe_size", 1, 0),
    ]
    assert "Osaka" not in repr(seen)


async def test_an_unknown_segment_or_property_is_refused(stand: Stand) -> None:
    """Nothing is in force afterwards; the message names what was looked for."""
    stand.member(line_user(1))
    with pytest.raises(NotFound, match="segment in Klaviyo"):
        await stand.start(segment="NoSuch")
    with pytest.raises(UnknownProperty, match="None of the 1 profiles"):
        await stand.start("Line_UID")
    for name in ("", "x" * 256):
        with pytest.raises(PropertyName):
            start(stand.ground, stand.segment_id, name)

    assert await stand.count("imports") == 0


async def test_an_empty_segment_is_taken_with_a_warning(stand: Stand) -> None:
    """Whoever joins it later is imported."""
    result = await stand.start()
    await stand.run()
    profile = stand.member(line_user(1))
    await stand.next_cycle()

    assert result["warnings"] == ["empty_segment"]
    assert await stand.outcomes() == [("waiting_friend", 37, profile)]


async def test_the_same_import_is_not_started_again(stand: Stand) -> None:
    """It would read everyone for nothing."""
    stand.member(line_user(1))
    await stand.start()
    with pytest.raises(ImportUnchanged):
        await stand.start()


async def test_another_property_takes_the_place_of_the_first(stand: Stand) -> None:
    """Everyone is read again; what stood on the other value ends, links stay."""
    linked = stand.member(line_user(1), other=line_user(1))
    moved = stand.member(line_user(2), other=line_user(3))
    await stand.befriend(1)
    await stand.start()
    await stand.run()

    result = await stand.start("other")
    run = await stand.run()
    await stand.befriend(2, 3)

    assert result["former"]["property"] == PROPERTY
    assert run.run.extent == "full"
    assert await stand.links() == {line_user(1): linked, line_user(3): moved}
    assert ("value_changed", 38, moved) in await stand.outcomes()


async def test_a_stopped_import_gives_up_what_was_waiting(stand: Stand) -> None:
    """Row 4 for open claims; links stay; what had been read is forgotten."""
    linked, waiting = stand.member(line_user(1)), stand.member(line_user(2))
    await stand.befriend(1)
    await stand.start()
    await stand.run()

    await stand.stop()
    run = await stand.run()
    await stand.befriend(2)

    assert (run.run.extent, run.tally.stopped) == ("removal", 1)
    assert await stand.links() == {line_user(1): linked}
    assert ("setting_removed", 4, waiting) in await stand.outcomes()
    assert await stand.count("sightings") == 0
    with pytest.raises(NotFound):
        await stand.stop()


async def test_an_import_started_again_reads_everyone_again(stand: Stand) -> None:
    """What was given up at the stop is claimed anew."""
    profile = stand.member(line_user(1))
    await stand.start()
    await stand.run()
    await stand.stop()
    await stand.start()
    await stand.run()
    await stand.befriend(1)

    assert await stand.links() == {line_user(1): profile}
