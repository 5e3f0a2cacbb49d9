from __future__ import annotations

import asyncio

import httpx
import pytest

from marketing_agent.core.errors import PlatformThrottled, PlatformUnreachable
from marketing_agent.platforms.limits import Quota, Tier
from marketing_agent.platforms.sender import Call, Method, Patience, Sender
from tests.platforms.stand_ins import Wire, answer

UNLIMITED = Tier(name="profiles")


def a_call(
    *,
    method: Method = "GET",
    repeatable: bool = True,
    tier: Tier = UNLIMITED,
    background: bool = False,
) -> Call:
    """Make a call to nowhere in particular."""
    return Call(
        platform="Klaviyo",
        name="get_profiles",
        method=method,
        url="https://klaviyo.test/api/profiles",
        account="acme",
        tier=tier,
        repeatable=repeatable,
        background=background,
    )


async def test_an_answer_below_500_is_handed_on_at_once() -> None:
    """A 404 means something to the caller, so it is neither repeated nor raised."""
    wire = Wire(answer(404))

    assert (await wire.sender().send(a_call())).status_code == 404
    assert len(wire.asked) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504, 524])
async def test_a_failing_platform_is_asked_again(status: int) -> None:
    """A call that may be repeated survives one bad moment of the platform."""
    wire = Wire(answer(status), answer(200))

    assert (await wire.sender().send(a_call())).status_code == 200
    assert wire.clock.slept == [0.25]


async def test_pauses_grow_and_end() -> None:
    """Three attempts, longer pauses, then our own error with nothing but the status."""
    wire = Wire(answer(503), answer(503), answer(503))

    with pytest.raises(PlatformUnreachable) as refused:
        await wire.sender().send(a_call())

    assert wire.clock.slept == [0.25, 0.5]
    assert refused.value.facts["detail"] == "status 503"


@pytest.mark.parametrize(
    "error", [httpx.ReadTimeout(""), httpx.RemoteProtocolError("cut off")]
)
async def test_what_may_have_been_done_is_not_repeated(error: Exception) -> None:
    """An authorization code is used up by the first request, answered or not."""
    wire = Wire(error)

    with pytest.raises(PlatformUnreachable, match=type(error).__name__):
        await wire.sender().send(a_call(method="POST", repeatable=False))

    assert len(wire.asked) == 1


async def test_what_was_never_sent_is_always_repeated() -> None:
    """Without a connection nothing was done, so even a single-use call goes again."""
    wire = Wire(httpx.ConnectError("refused"), answer(200))

    sent = await wire.sender().send(a_call(method="POST", repeatable=False))

    assert sent.status_code == 200


async def test_a_429_is_repeated_when_the_platform_says() -> None:
    """Retry-After is waited for exactly, also for a call that may be made only once."""
    wire = Wire(answer(429, headers={"Retry-After": "2"}), answer(200))

    await wire.sender().send(a_call(method="POST", repeatable=False))

    assert sum(wire.clock.slept) == 2.0


async def test_a_long_wait_is_raised_and_not_slept() -> None:
    """A worker comes back later, so nothing is held open for a minute."""
    wire = Wire(answer(429, headers={"Retry-After": "55"}))

    with pytest.raises(PlatformThrottled) as throttled:
        await wire.sender().send(a_call())

    assert throttled.value.retry_after == 55
    assert wire.clock.slept == []


async def test_a_429_holds_back_the_account_s_other_calls_too() -> None:
    """Until the named time no call of the same account and tier is even sent."""
    wire = Wire(answer(429, headers={"Retry-After": "55"}))
    sender = wire.sender()
    with pytest.raises(PlatformThrottled):
        await sender.send(a_call())

    with pytest.raises(PlatformThrottled):
        await sender.send(a_call())

    assert len(wire.asked) == 1


async def test_a_full_window_is_waited_for_before_sending() -> None:
    """The limits are asked before each attempt, so the platform never has to refuse."""
    wire = Wire(*(answer(200) for _ in range(3)))
    sender = wire.sender()
    two_in_five = Tier(name="slow", quotas=(Quota(calls=2, seconds=5.0),))

    for _ in range(3):
        await sender.send(a_call(tier=two_in_five))

    assert wire.clock.slept == [5.0]


async def test_headers_of_good_answers_are_heard() -> None:
    """Where the platform says that the quota is used up, the next call waits."""
    used_up = {"RateLimit-Remaining": "0", "RateLimit-Reset": "30"}
    wire = Wire(answer(200, headers=used_up))
    sender = wire.sender()
    minute = Tier(name="steady", quotas=(Quota(calls=750, seconds=60.0),))
    await sender.send(a_call(tier=minute))

    with pytest.raises(PlatformThrottled) as throttled:
        await sender.send(a_call(tier=minute))

    assert throttled.value.retry_after == 30


async def test_an_answer_that_never_ends_is_given_up() -> None:
    """A platform that drips a byte now and then does not hold a worker for ever."""

    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        return httpx.Response(200)

    patience = Patience(attempts=1, attempt_seconds=0.01)
    async with httpx.AsyncClient(transport=httpx.MockTransport(never)) as http:
        with pytest.raises(PlatformUnreachable, match="TimeoutError"):
            await Sender(http, patience=patience).send(a_call())


async def test_a_redirect_is_not_followed() -> None:
    """The key goes to the host that it is for and to no other."""
    wire = Wire(answer(302, headers={"Location": "https://elsewhere.test/"}))

    assert (await wire.sender().send(a_call())).status_code == 302


# In the background

FIVE = Tier(name="five", quotas=(Quota(calls=5, seconds=5.0),))


async def test_a_background_call_leaves_some_of_the_window_to_others() -> None:
    """The fourth waits for the next window, and a customer's call does not."""
    wire = Wire(*(answer(200) for _ in range(5)))
    sender = wire.sender()
    for _ in range(3):
        await sender.send(a_call(tier=FIVE, background=True))

    await sender.send(a_call(tier=FIVE))
    customer_waited = list(wire.clock.slept)
    await sender.send(a_call(tier=FIVE, background=True))

    assert customer_waited == []
    assert wire.clock.slept == [5.0]


async def test_a_sender_in_the_background_shares_the_limits() -> None:
    """All its calls are background calls and count together with the others."""
    wire = Wire(*(answer(200) for _ in range(5)))
    sender = wire.sender()
    imports = sender.in_background()
    for _ in range(2):
        await sender.send(a_call(tier=FIVE))

    await imports.send(a_call(tier=FIVE))
    assert wire.clock.slept == []
    await imports.send(a_call(tier=FIVE))

    assert wire.clock.slept == [5.0]


async def test_an_import_waits_patiently_and_no_longer() -> None:
    """A minute is slept through where nobody waits; what is too long is raised."""
    minute = {"Retry-After": "60"}
    hour = {"Retry-After": "3600"}
    wire = Wire(answer(429, headers=minute), answer(200), answer(429, headers=hour))
    imports = wire.sender().in_background()

    assert (await imports.send(a_call())).status_code == 200
    with pytest.raises(PlatformThrottled):
        await imports.send(a_call())

    assert sum(wire.clock.slept) == 60


async def test_how_patient_the_background_is_can_be_said() -> None:
    """A slice of an import that has to end soon says how long it may take."""
    wire = Wire(answer(429, headers={"Retry-After": "60"}))
    imports = wire.sender().in_background(Patience(seconds=20.0))

    with pytest.raises(PlatformThrottled):
        await imports.send(a_call())
