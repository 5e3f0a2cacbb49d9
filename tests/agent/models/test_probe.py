from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketing_agent.agent.models import ModelRefused, ModelWithoutTools
from marketing_agent.agent.probe import Capabilities, probe
from marketing_agent.settings import Settings
from marketing_agent.wiring.checkup import Finding, model_finding
from tests.agent.models.opened import KEY
from tests.agent.wire.behaviours import Says, WireCall, fails, html, stalls

if TYPE_CHECKING:
    from tests.agent.models.opened import Opener
    from tests.agent.wire.server import Behaviour, WireServer

SEVEN = WireCall(name="report_number", arguments='{"number": 7}', id="call_a")
CALLS = Says(calls=(SEVEN,), finish="tool_calls")
COUNTS = Says(text="one two three")


async def probed(opened: Opener, seconds: float = 20.0) -> Capabilities:
    """Probe the server of this test."""
    async with opened() as model:
        return await probe(model, seconds=seconds)


async def test_a_good_server_can_do_everything(
    wire: WireServer, opened: Opener
) -> None:
    """Two requests show it: one forced call, one plain answer."""
    wire.will(CALLS, COUNTS)

    found = await probed(opened)

    assert found == Capabilities(
        answers=True, calls_tools=True, streams=True, reports_usage=True
    )
    assert wire.asked[0]["tool_choice"]["function"]["name"] == "report_number"
    assert "tools" not in wire.asked[1]
    found.require("wire-1")


async def test_usage_and_streaming_may_be_missing(
    wire: WireServer, opened: Opener
) -> None:
    """They are told, and are no reason to refuse."""
    wire.will(CALLS, Says(text="one", usage=False))

    found = await probed(opened)

    assert (found.streams, found.reports_usage) == (False, False)
    assert "calls tools: yes, streams: no, reports its usage: no" in found.detail
    found.require("wire-1")


@pytest.mark.parametrize(
    "behaviour",
    [
        Says(text='report_number({"number": 7})'),
        Says(calls=(WireCall(name="report_number", arguments="7", id="a"),)),
        Says(calls=(WireCall(name="report", arguments='{"number": 7}', id="a"),)),
        fails(400),
        html(),
    ],
    ids=["prose", "arguments", "name", "refused", "page"],
)
async def test_a_server_that_does_not_call_tools_is_refused(
    behaviour: Behaviour, wire: WireServer, opened: Opener
) -> None:
    """It answers, so the error is about the tools, and says what to do."""
    wire.will(behaviour, COUNTS)

    found = await probed(opened)

    assert (found.answers, found.calls_tools) == (True, False)
    with pytest.raises(ModelWithoutTools, match="wire-1 does not call tools"):
        found.require("wire-1")


async def test_a_wrong_key_is_refused(wire: WireServer, opened: Opener) -> None:
    """Nothing is answered, and the setting to check is named."""
    wire.will(fails(401), fails(401))

    found = await probed(opened)

    assert not found.answers
    with pytest.raises(ModelRefused, match="MODEL_API_KEY"):
        found.require("wire-1")


async def test_a_server_that_is_down_is_not_a_wrong_choice(
    wire: WireServer, opened: Opener
) -> None:
    """An outage is told, asked about once, and does not refuse the model."""
    wire.will(fails(503, retry_after="60"))

    found = await probed(opened)

    assert not found.answers
    assert "could not be reached (status 503)" in found.detail
    found.require("wire-1")


async def test_a_slow_server_is_given_up(wire: WireServer, opened: Opener) -> None:
    """The probe ends in its own time, however long the model's may be."""
    wire.will(stalls())

    found = await probed(opened, seconds=0.2)

    assert not found.answers
    assert "too long to answer" in found.detail


def settings(**given: str) -> Settings:
    """Settings without a file."""
    return Settings(_env_file=None, **given)  # type: ignore[call-arg]


async def test_the_doctor_tells_of_the_built_in_planner() -> None:
    """Without MODEL_URL nothing is asked, and a setting without effect is named."""
    plain = await model_finding(settings())
    half = await model_finding(settings(model_api_key=KEY))

    assert plain == Finding(what="language model", ok=True, says="built-in planner")
    assert "MODEL_URL is empty" in half.says
    assert KEY not in half.says


async def test_the_doctor_tries_a_configured_model(
    wire: WireServer, opened: Opener
) -> None:
    """What it can do is on the line; what it cannot, with what to do about it."""
    wire.will(CALLS, COUNTS, COUNTS, COUNTS)
    given = settings(model_url=opened.url, model_name="wire-1", model_api_key=KEY)

    good = await model_finding(given)
    poor = await model_finding(given)

    assert good.ok
    assert "wire-1: calls tools: yes" in good.says
    assert not poor.ok
    assert "wire-1 does not call tools" in poor.says


async def test_the_doctor_tells_what_is_set_wrongly() -> None:
    """A bad address is a finding like any other."""
    found = await model_finding(settings(model_url="model.test"))

    assert not found.ok
    assert "MODEL_URL" in found.says
