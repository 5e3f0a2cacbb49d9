"""The list of friends: pages, who may ask for them, and a crowd of a million."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from marketing_agent.sandbox.line import AccountType, Friendship, LineWorld
from tests.sandbox.line.stage import MESSAGING, Clock, bearer

if TYPE_CHECKING:
    import httpx

FOLLOWERS = "/v2/bot/followers/ids"


@pytest.fixture
async def auth(line: httpx.AsyncClient) -> dict[str, str]:
    """Give the headers of the Messaging API channel."""
    return await bearer(line, MESSAGING)


async def test_followers_come_in_pages(
    world: LineWorld, line: httpx.AsyncClient, auth: dict[str, str]
) -> None:
    """All friends appear once over the pages, and nobody else."""
    friends = [world.add_user(str(n), friendship=Friendship.FRIEND) for n in range(5)]
    world.add_user("stranger")
    seen: list[str] = []
    params = {"limit": "2"}

    while True:
        response = await line.get(FOLLOWERS, params=params, headers=auth)
        page = response.json()
        seen += page["userIds"]
        if "next" not in page:
            break
        params["start"] = page["next"]

    assert seen == friends


@pytest.mark.parametrize("params", [{"start": "old"}, {"limit": "0"}, {"limit": "x"}])
async def test_bad_pages_are_refused(
    line: httpx.AsyncClient, auth: dict[str, str], params: dict[str, str]
) -> None:
    """An unknown `start` or a senseless `limit` is a 400."""
    response = await line.get(FOLLOWERS, params=params, headers=auth)

    assert response.status_code == 400


async def test_a_page_is_short_where_people_have_left(
    world: LineWorld, line: httpx.AsyncClient, auth: dict[str, str]
) -> None:
    """Blockers are left out, also after the page before; `next` still leads on."""
    friends = [world.add_user(str(n), friendship=Friendship.FRIEND) for n in range(4)]
    await world.block(friends[0])
    url = f"{FOLLOWERS}?limit=2"

    short = (await line.get(url, headers=auth)).json()
    await world.block(friends[2])
    await world.unblock(friends[0])
    rest = await line.get(f"{url}&start={short['next']}", headers=auth)

    assert short["userIds"] == friends[1:2]
    assert rest.json() == {"userIds": friends[3:]}


async def test_a_page_s_successor_is_good_for_a_day(
    world: LineWorld, line: httpx.AsyncClient, auth: dict[str, str], clock: Clock
) -> None:
    """After 24 hours `next` is LINE's "Invalid start param"."""
    world.add_crowd(2)
    page = (await line.get(f"{FOLLOWERS}?limit=1", headers=auth)).json()
    clock.move(hours=24)
    auth = await bearer(line, MESSAGING)

    late = await line.get(f"{FOLLOWERS}?start={page['next']}", headers=auth)

    assert late.status_code == 400
    assert late.json() == {"message": "Invalid start param"}


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (AccountType.UNVERIFIED, 403),
        (AccountType.VERIFIED, 200),
        (AccountType.PREMIUM, 200),
    ],
)
async def test_only_examined_accounts_have_a_follower_list(
    world: LineWorld,
    line: httpx.AsyncClient,
    auth: dict[str, str],
    kind: AccountType,
    status: int,
) -> None:
    """The call is a 403 unless LINE has verified the account or made it premium."""
    world.account_type = kind

    response = await line.get(FOLLOWERS, headers=auth)

    assert response.status_code == status


async def test_a_crowd_is_as_real_as_anyone(
    world: LineWorld, line: httpx.AsyncClient, auth: dict[str, str]
) -> None:
    """Of a million, the last has a place, a profile, and can block the account."""
    crowd = world.add_crowd(1_000_000)
    last = crowd.user_id(999_999)
    named = world.add_user("はな", friendship=Friendship.FRIEND)

    pages = world.followers(999_998, 1_000_001)
    before = await line.get(f"/v2/bot/profile/{last}", headers=auth)
    await world.block(last)
    after = await line.get(f"/v2/bot/profile/{last}", headers=auth)

    assert pages == [crowd.user_id(999_998), last, named]
    assert before.json()["displayName"] == "Friend 1000000"
    assert after.status_code == 404
    assert not world.knows(crowd.user_id(1_000_000))


async def test_a_million_followers_are_read_page_by_page(
    world: LineWorld, line: httpx.AsyncClient, auth: dict[str, str]
) -> None:
    """A page costs what it holds and not what there is: the first pages take a blink.

    Copying a million IDs for each of a hundred pages would take many times the limit.
    """
    world.add_crowd(1_000_000)
    start, began = "", time.process_time()

    for _ in range(100):
        page = (await line.get(f"{FOLLOWERS}?limit=10{start}", headers=auth)).json()
        start = f"&start={page['next']}"

    assert time.process_time() - began < 3
