"""The state of LINE in the sandbox: one provider, one Official Account, its users.

Everything here can be seeded and read by Python; `control` offers the same over HTTP.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from marketing_agent.sandbox.line import events
from marketing_agent.sandbox.line.accounts import (
    AccountType,
    Bot,
    Channel,
    Friendship,
    LineUser,
    new_user_id,
)
from marketing_agent.sandbox.line.errors import UnknownLineUser
from marketing_agent.sandbox.line.faults import Faults
from marketing_agent.sandbox.line.followers import Crowd, Followers
from marketing_agent.sandbox.line.grants import Grants
from marketing_agent.sandbox.line.webhooks import Webhooks

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from marketing_agent.sandbox.line.traffic import Call

CALLS_KEPT = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """One pushed message object. `delivered` is False for who is no friend."""

    id: str
    to: str
    message: dict[str, object]
    delivered: bool
    at: datetime


def _now() -> datetime:
    return datetime.now(UTC)


class LineWorld:
    """LINE in a box. User IDs are those of one provider, as on the real platform.

    `transport` carries the webhooks out (None: the network). `base_url` is set by
    whoever serves the app, and names this sandbox in the pages it shows.
    """

    def __init__(
        self,
        *,
        login_channel: Channel,
        messaging_channel: Channel,
        bot: Bot | None = None,
        clock: Callable[[], datetime] = _now,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.login_channel = login_channel
        self.messaging_channel = messaging_channel
        self.bot = bot or Bot()
        self.account_type = AccountType.UNVERIFIED
        self.email_permission = False
        """Whether LINE lets the login channel ask for email addresses."""
        self.clock = clock
        self.base_url = ""
        self.callbacks: set[str] = set()
        self.grants = Grants(clock)
        self.webhooks = Webhooks(self.bot, messaging_channel, transport)
        self.faults = Faults()
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.sent: list[SentMessage] = []
        self.retry_keys: dict[str, tuple[str, tuple[SentMessage, ...]]] = {}
        self.quota: int | None = 200
        """Messages a month; None for a plan without a limit."""
        self._users: dict[str, LineUser] = {}
        self._friendships: dict[str, Friendship] = {}
        self._followers = Followers()

    def add_user(
        self,
        name: str,
        language: str = "ja",
        *,
        user_id: str | None = None,
        friendship: Friendship = Friendship.NONE,
        picture_url: str | None = None,
        email: str | None = None,
    ) -> str:
        """Seed a LINE user, without any event; returns the LINE User ID."""
        user = LineUser(
            id=user_id or new_user_id(),
            name=name,
            language=language,
            picture_url=picture_url,
            email=email,
        )
        self._users[user.id] = user
        self._befriend(user.id, friendship)
        return user.id

    def add_crowd(self, size: int) -> Crowd:
        """Seed so many friends at once, without any event and without keeping them.

        Before anyone else is a friend, and once: it takes the first places.
        """
        self._followers.crowd = Crowd(size)
        return self._followers.crowd

    def users(self) -> tuple[LineUser, ...]:
        """Everyone seeded by name, in order."""
        return tuple(self._users.values())

    def user(self, user_id: str) -> LineUser:
        """One user; raises UnknownLineUser."""
        user = self._users.get(user_id) or self._followers.crowd.user(user_id)
        if user is None:
            raise UnknownLineUser(user_id)
        return user

    def knows(self, user_id: str) -> bool:
        """Whether this ID is one of this provider's."""
        return user_id in self._users or bool(self._followers.crowd.user(user_id))

    def friendship(self, user_id: str) -> Friendship:
        """How the user stands to the account; raises UnknownLineUser."""
        # The crowd are friends until one of them does something.
        return self._friendships.get(self.user(user_id).id, Friendship.FRIEND)

    def is_friend(self, user_id: str) -> bool:
        """Friend and not blocked: what LINE's `friendFlag` means."""
        return self.friendship(user_id) is Friendship.FRIEND

    def followers(self, begin: int, end: int) -> list[str]:
        """LINE User IDs of the friends at these places of all who ever added it."""
        places = self._followers.between(begin, end)
        return [user_id for user_id in places if self.is_friend(user_id)]

    @property
    def follower_places(self) -> int:
        """How many places there are, with those of people who have blocked it."""
        return len(self._followers)

    async def follow(self, user_id: str) -> None:
        """The user adds the account, or unblocks it.

        Already a friend: nothing changes, and LINE sends no event.
        """
        before = self.friendship(user_id)
        if before is Friendship.FRIEND:
            return
        self._befriend(user_id, Friendship.FRIEND)
        unblocked = before is Friendship.BLOCKED
        await self.webhooks.emit(
            events.follow(user_id, self.clock(), unblocked=unblocked)
        )

    async def block(self, user_id: str) -> None:
        """The user blocks the account: LINE's `unfollow`. Only a friend can."""
        if self.is_friend(user_id):
            self._friendships[user_id] = Friendship.BLOCKED
            await self.webhooks.emit(events.unfollow(user_id, self.clock()))

    unfollow = block

    async def unblock(self, user_id: str) -> None:
        """The user unblocks the account; nothing happens unless it was blocked."""
        if self.friendship(user_id) is Friendship.BLOCKED:
            await self.follow(user_id)

    async def write(self, user_id: str, text: str) -> None:
        """The user writes into the chat. Being a friend is not needed."""
        user = self.user(user_id)
        await self.webhooks.emit(events.text_message(user.id, self.clock(), text))

    def _befriend(self, user_id: str, friendship: Friendship) -> None:
        before = self._friendships.get(user_id, Friendship.NONE)
        self._friendships[user_id] = friendship
        if before is Friendship.NONE and friendship is not Friendship.NONE:
            self._followers.add(user_id)

    def register_callback(self, url: str) -> None:
        """Register a callback URL of the login channel, as in the console."""
        self.callbacks.add(_without_query(url))

    def is_callback(self, url: str) -> bool:
        """Whether a `redirect_uri` is registered; it may have an extra query."""
        return _without_query(url) in self.callbacks

    def channel(self, channel_id: str, secret: str) -> Channel | None:
        """The channel these credentials belong to."""
        for channel in (self.login_channel, self.messaging_channel):
            if (channel.id, channel.secret) == (channel_id, secret):
                return channel
        return None

    async def webhooks_settled(self) -> None:
        """Wait until every webhook in flight is answered."""
        await self.webhooks.settled()

    async def aclose(self) -> None:
        """Let hanging calls go, stop sending, close the connections.

        Call it before stopping the server: a server waits for its hanging calls.
        """
        self.faults.clear()
        await self.webhooks.aclose()


def _without_query(url: str) -> str:
    return url.partition("?")[0]
