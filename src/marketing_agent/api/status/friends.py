"""The list of friends, and one friend with their Klaviyo Sync Info.

Annotations are evaluated at once here: FastAPI reads those of the inner functions.
"""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from marketing_agent.agent.told_results import said_in
from marketing_agent.api.languages import Language
from marketing_agent.api.signed_in import SignedIn
from marketing_agent.api.status.people import People
from marketing_agent.core.callers import Caller
from marketing_agent.core.segments import FollowStatus, SegmentConditions, SegmentId
from marketing_agent.core.signals import LineUserId
from marketing_agent.services import friend_pages
from marketing_agent.services.friend_names import open_name
from marketing_agent.services.friend_pages import FriendLine, FriendQuery
from marketing_agent.services.ground import Ground
from marketing_agent.services.status import friend_status
from marketing_agent.storage.vault import Vault
from marketing_agent.toolbox.linkage_blocks import (
    KlaviyoSyncInfo,
    shown_name,
    sync_info,
)
from marketing_agent.toolbox.segment_tools import Conditions, SegmentNumber

LineUser = Annotated[str, Path(pattern=r"^[Uu][0-9A-Fa-f]{32}$")]


class FriendSearch(BaseModel):
    """What friends are looked for by; everything that is given has to hold.

    It is a body and no query: what a person types may be an email or phone number, and
    addresses are logged.
    """

    model_config = ConfigDict(extra="forbid")

    text: str = Field(default="", max_length=320)
    """The beginning of a name, or a whole email, phone number or LINE User ID."""
    segment_id: SegmentNumber | None = None
    """A saved segment; its conditions come instead of those below."""
    conditions: Conditions | None = None
    after: str | None = Field(default=None, max_length=600)
    limit: int = Field(default=50, ge=1, le=200)
    count: bool = False
    """Whether all are counted, too."""

    def query(self) -> FriendQuery:
        """The same for the service. Raises UnusableConditions."""
        asked = self.conditions
        return FriendQuery(
            text=self.text,
            segment=None if self.segment_id is None else SegmentId(self.segment_id),
            conditions=SegmentConditions() if asked is None else asked.conditions(),
            tags=() if asked is None else tuple(asked.tags),
            without_tags=() if asked is None else tuple(asked.without_tags),
        )


class FriendRow(BaseModel):
    """A friend in the list."""

    line_user_id: str
    name: str | None
    follow_status: FollowStatus
    following_since: datetime | None
    first_seen: datetime
    tags: list[str]
    linked: bool
    suspended: bool
    method: str | None
    linked_since: datetime | None
    profile_id: str | None


class FriendRows(BaseModel):
    """Some friends, the newest first."""

    friends: list[FriendRow]
    after: str | None
    """Goes into the next request; None at the end."""
    total: int | None
    """How many there are, if they were to be counted."""


class FriendDetail(BaseModel):
    """One friend with Klaviyo Sync Info."""

    name: str | None
    language: str | None
    follow_status: FollowStatus
    following_since: datetime | None
    first_seen: datetime
    klaviyo_sync_info: KlaviyoSyncInfo


def friend_list_router(ground: Ground, signed_in: SignedIn) -> APIRouter:
    """The routes under /api/v1/friends that only read."""
    router = APIRouter(prefix="/api/v1/friends", tags=["status"])
    person = Annotated[Caller, Depends(People(signed_in))]

    @router.post("/search")
    async def search_friends(search: FriendSearch, caller: person) -> FriendRows:
        """Friends by segment, conditions, name, email, phone or LINE User ID."""
        merchant_id, query = caller.merchant_id, search.query()
        page = await friend_pages.page(
            ground, merchant_id, query, after=search.after, limit=search.limit
        )
        total = None
        if search.count:
            total = await friend_pages.count(ground, merchant_id, query)
        rows = [_row(ground.vault, line) for line in page.lines]
        return FriendRows(friends=rows, after=page.after, total=total)

    @router.get("/{line_user_id}/detail")
    async def show_friend(
        line_user_id: LineUser, caller: person, language: Language
    ) -> FriendDetail:
        """One friend: linked or not, how, since when, and if not, why."""
        line_user = LineUserId("U" + line_user_id[1:].lower())
        status = await friend_status(ground, caller.merchant_id, line_user)
        friend = status.friend
        return FriendDetail(
            name=_name(ground.vault, friend.name_sealed),
            language=friend.language,
            follow_status=FollowStatus.of(following=friend.following),
            following_since=friend.following_since,
            first_seen=friend.first_seen,
            klaviyo_sync_info=said_in(language, sync_info(status)),
        )

    return router


def _row(vault: Vault, line: FriendLine) -> FriendRow:
    friend = line.friend
    return FriendRow(
        line_user_id=friend.line_user,
        name=_name(vault, friend.name_sealed),
        follow_status=FollowStatus.of(following=friend.following),
        following_since=friend.following_since,
        first_seen=friend.first_seen,
        tags=[shown_name(tag.name) for tag in line.tags],
        linked=friend.method is not None and not friend.suspended,
        suspended=friend.suspended,
        method=friend.method,
        linked_since=friend.linked_since,
        profile_id=friend.profile,
    )


def _name(vault: Vault, sealed: bytes | None) -> str | None:
    name = open_name(vault, sealed)
    return None if name is None else shown_name(name)
