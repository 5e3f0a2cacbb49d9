"""What becomes of a stored LINE User ID: linked, waiting, held, ended, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.core.import_counts import Result
from marketing_agent.core.imports import MOST_SHARED
from marketing_agent.core.stored_ids import Verdict
from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit
from tests.services.derived_tables import check_derived_tables
from tests.services.imports.stand import line_user

if TYPE_CHECKING:
    from tests.services.imports.stand import Stand


async def test_a_friend_is_linked_to_the_profile_that_carries_the_id(
    stand: Stand,
) -> None:
    """With one claim, one link, one audit row, and what Klaviyo has to be told."""
    profile = stand.member(line_user(1))
    await stand.befriend(1)
    await stand.start()

    run = await stand.run()

    assert await stand.links() == {line_user(1): profile}
    assert await stand.outcomes() == [("linked", 28, profile)]
    assert run.tally.results == {Result.LINKED: 1}
    assert (await stand.count("audit"), await stand.count("outbox")) == (1, 2)
    async with stand.ground.database.transaction() as tx:
        await check_derived_tables(tx, stand.merchant_id)


async def test_an_unknown_id_waits_for_its_friend(stand: Stand) -> None:
    """Row 37: it links with the follow, and no run is needed for that."""
    profile = stand.member(line_user(1))
    await stand.start()
    await stand.run()
    assert await stand.outcomes() == [("waiting_friend", 37, profile)]

    await stand.befriend(1)

    assert await stand.links() == {line_user(1): profile}


async def test_a_pair_counts_once_however_often_it_is_seen(stand: Stand) -> None:
    """Later runs that read the profile again make no second attempt."""
    profile = stand.member(line_user(1))
    await stand.start()
    await stand.run()
    for _ in range(3):
        stand.klaviyo.edit_profile(profile, {"first_name": "Hana"}, PropertyEdit())
        run = await stand.next_cycle()
        assert (run.tally.profiles, run.tally.pairs) == (1, 0)

    assert len(await stand.outcomes()) == 1


async def test_one_id_on_two_profiles_links_neither(stand: Stand) -> None:
    """Row 36: both are held, whether the friend was there before or comes later."""
    for number in (1, 1, 2, 2):
        stand.member(line_user(number))
    await stand.befriend(1)
    await stand.start()
    run = await stand.run()
    await stand.befriend(2)

    assert await stand.links() == {}
    assert [outcome[:2] for outcome in await stand.outcomes()] == [
        ("conflict_held", 36)
    ] * 4
    assert run.tally.results == {Result.SHARED: 2, Result.WAITING: 2}


async def test_a_held_id_comes_back_once_it_stands_on_one_profile(
    stand: Stand,
) -> None:
    """The merchant cleans up in Klaviyo, and the one that is left is linked."""
    right, wrong = stand.member(line_user(1)), stand.member(line_user(1))
    await stand.befriend(1)
    await stand.start()
    await stand.run()
    assert await stand.links() == {}

    stand.write(wrong, None)
    run = await stand.next_cycle()

    assert await stand.links() == {line_user(1): right}
    assert run.tally.results == {Result.LINKED: 1}


async def test_a_waiting_copy_is_given_a_new_chance_too(stand: Stand) -> None:
    """It was claimed as one of two: alone by now, the follow links it."""
    left, gone = stand.member(line_user(1)), stand.member(line_user(1))
    await stand.start()
    await stand.run()
    stand.leave(gone)
    await stand.next_night()

    await stand.befriend(1)

    assert await stand.links() == {line_user(1): left}
    codes = [outcome[:2] for outcome in await stand.outcomes()]
    assert codes == [("linked", 28), ("value_changed", 38), ("value_changed", 38)]


async def test_a_second_profile_with_a_linked_id_is_held(stand: Stand) -> None:
    """Row 33: no sighting moves a link, nor does moving the ID in Klaviyo."""
    first = stand.member(line_user(1))
    await stand.befriend(1)
    await stand.start()
    await stand.run()
    second = stand.member(line_user(1))
    run = await stand.next_cycle()
    assert run.tally.results == {Result.CONFLICT: 1}

    stand.write(first, None)
    await stand.next_cycle()

    assert await stand.links() == {line_user(1): first}
    assert ("conflict_held", 33, second) in await stand.outcomes()
    assert len(await stand.outcomes()) == 2


async def test_an_emptied_value_ends_what_was_waiting_and_no_link(
    stand: Stand,
) -> None:
    """Row 38 for the open claim; the friend who is linked stays linked."""
    linked, waiting = stand.member(line_user(1)), stand.member(line_user(2))
    await stand.befriend(1)
    await stand.start()
    await stand.run()
    for profile in (linked, waiting):
        stand.write(profile, None)

    run = await stand.next_cycle()
    await stand.befriend(2)

    assert await stand.links() == {line_user(1): linked}
    assert ("value_changed", 38, waiting) in await stand.outcomes()
    assert (run.tally.stopped, run.tally.verdicts) == (1, {Verdict.EMPTY: 2})


async def test_a_changed_value_ends_one_claim_and_begins_another(
    stand: Stand,
) -> None:
    """The profile stands for the LINE user that it carries now."""
    profile = stand.member(line_user(1))
    await stand.start()
    await stand.run()
    stand.write(profile, line_user(2))
    await stand.next_cycle()

    await stand.befriend(1, 2)

    assert await stand.links() == {line_user(2): profile}


async def test_a_value_that_comes_back_is_a_new_attempt(stand: Stand) -> None:
    """A stopped claim never links; the same pair, restored, does."""
    profile = stand.member(line_user(1))
    await stand.start()
    await stand.run()
    for value in (None, line_user(1)):
        stand.write(profile, value)
        await stand.next_cycle()

    await stand.befriend(1)

    assert await stand.links() == {line_user(1): profile}
    assert len(await stand.outcomes()) == 2


async def test_who_has_left_the_segment_is_found_at_night(stand: Stand) -> None:
    """The open claim ends; a link stays; who comes back is a new attempt."""
    linked, waiting = stand.member(line_user(1)), stand.member(line_user(2))
    await stand.befriend(1)
    await stand.start()
    await stand.run()
    for profile in (linked, waiting):
        stand.leave(profile)

    night = await stand.next_night()
    assert (night.tally.left, night.tally.stopped) == (2, 1)
    stand.klaviyo.segments.put(stand.segment_id, waiting)
    await stand.next_cycle()
    await stand.befriend(2)

    assert await stand.links() == {line_user(1): linked, line_user(2): waiting}


async def test_an_id_on_very_many_profiles_is_no_person(stand: Stand) -> None:
    """A default value makes no attempts, and is counted by itself."""
    for _ in range(MOST_SHARED + 1):
        stand.member(line_user(0))
    await stand.befriend(0)
    await stand.start()

    run = await stand.run()

    assert run.tally.results == {Result.TOO_WIDELY_SHARED: MOST_SHARED + 1}
    assert await stand.outcomes() == []


async def test_rubbish_of_any_kind_is_counted_and_makes_no_claim(
    stand: Stand,
) -> None:
    """Numbers, objects, lists, other ids, an empty text: nothing is lost or raised."""
    for value in (0, 1.5, True, {"id": line_user(1)}, "C" + "0" * 32, "x" * 5000):
        stand.member(value)
    for value in ("", "  ", [], None):
        stand.member(value)
    stand.member([line_user(1), line_user(2)])
    good = stand.member([f" {line_user(3).upper()} "])
    await stand.start()

    run = await stand.run()

    assert run.tally.verdicts == {
        Verdict.MALFORMED: 6,
        Verdict.EMPTY: 4,
        Verdict.SEVERAL: 1,
        Verdict.STRANGER: 1,
    }
    assert await stand.outcomes() == [("waiting_friend", 37, good)]
