"""The import in the words of its tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.services.imports.run import run_import

if TYPE_CHECKING:
    from tests.desk import Desk, Json

SOURCE = {"segment_id": "SegOld", "property": "line_uid"}
KNOWN, UNKNOWN = f"U{'1' * 32}", f"U{'2' * 32}"


def _members(desk: Desk, *values: object) -> None:
    desk.klaviyo.segments.add("Old tool", segment_id="SegOld")
    for value in values:
        held = {} if value is None else {"line_uid": value, "city": "Osaka"}
        profile = desk.klaviyo.add_profile(properties=held)
        desk.klaviyo.segments.put("SegOld", profile)


async def _text(desk: Desk, tool: str, arguments: Json | None = None) -> str:
    return str((await desk.call(tool, arguments)).json()["text"])


async def test_from_the_choice_to_the_first_counts(desk: Desk) -> None:
    """Segments, properties, a preview, the start, and what came of it."""
    _members(desk, KNOWN, UNKNOWN, "rubbish", None)
    found = await desk.block("list_segments", {"name": "old"})
    assert [each["id"] for each in found["segments"]] == ["SegOld"]
    seen = await desk.block("list_profile_properties", {"segment_id": "SegOld"})
    assert [each["name"] for each in seen["properties"]] == ["line_uid", "city"]
    assert "Osaka" not in str(seen)
    assert (await _text(desk, "show_import", SOURCE)).startswith(
        'All of the 4 profiles of "Old tool" were looked at. 2 valid LINE User IDs'
    )
    assert await _text(desk, "show_import") == "No import is set."

    started = await desk.write("start_import", SOURCE)
    assert (started["segment_name"], started["warnings"]) == ("Old tool", [])
    await run_import(desk.ground, desk.merchant_id)
    shown = await desk.block("show_import")

    (run,) = shown["runs"]
    counts = run["counts"]
    assert (run["state"], run["extent"], run["expected"]) == ("done", "full", 4)
    assert counts["profiles"] == counts["valid"] + counts["empty"] + counts["malformed"]
    assert counts["valid"] == counts["friends"] + counts["strangers"] == 2
    assert counts["new_pairs"] == counts["linked"] + counts["waiting"] == 2
    assert shown["setting"]["property"] == "line_uid"
    assert "New pairs: 2, of which 0 are linked, 2 wait" in await _text(
        desk, "show_import"
    )


async def test_stopping_says_what_stays(desk: Desk) -> None:
    """The setting is gone at once."""
    _members(desk, KNOWN)
    await desk.write("start_import", SOURCE)
    approval = await desk.approve("stop_import", {})
    answer = await desk.call("stop_import", {}, approval=approval)

    assert "Customers who are linked stay linked" in answer.json()["text"]
    assert (await desk.block("show_import"))["setting"] is None
    again = await desk.approve("stop_import", {})
    refused = await desk.call("stop_import", {}, approval=again)
    assert (refused.status_code, refused.json()["error"]) == (404, "NotFound")


async def test_a_wrong_choice_is_refused_with_what_to_do(desk: Desk) -> None:
    """An unknown segment, an unknown property, half a preview."""
    _members(desk, KNOWN)
    for arguments, error in (
        (SOURCE | {"segment_id": "NoSuch"}, "NotFound"),
        (SOURCE | {"property": "LINE_UID"}, "UnknownProperty"),
    ):
        approval = await desk.approve("start_import", arguments)
        answer = await desk.call("start_import", arguments, approval=approval)
        assert answer.json()["error"] == error
    half = await desk.call("show_import", {"segment_id": "SegOld"})
    assert half.json()["error"] == "HalfAPreview"
    unknown = await desk.call("list_profile_properties", {"segment_id": "NoSuch"})
    assert unknown.json()["error"] == "NotFound"


async def test_names_with_personal_data_are_masked(desk: Desk) -> None:
    """A segment or property named by somebody's address does not spread it."""
    desk.klaviyo.segments.add("hana.sato@mail.test", segment_id="SegOld")
    profile = desk.klaviyo.add_profile(properties={"hana.sato@mail.test": KNOWN})
    desk.klaviyo.segments.put("SegOld", profile)
    source = {"segment_id": "SegOld", "property": "hana.sato@mail.test"}
    await desk.write("start_import", source)
    await run_import(desk.ground, desk.merchant_id)

    said = [
        (await desk.call(tool, arguments)).text
        for tool, arguments in (
            ("list_segments", {}),
            ("list_profile_properties", {"segment_id": "SegOld"}),
            ("show_import", {}),
            ("show_import", source),
        )
    ]
    assert not [each for each in said if "hana.sato" in each]
