"""Tags for the dashboard: labels put on friends by hand. No segments.

Annotations are evaluated at once here: FastAPI reads those of the inner functions.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from marketing_agent.api.signed_in import SignedIn
from marketing_agent.api.status.people import ChangeMade, People
from marketing_agent.core.callers import Caller
from marketing_agent.core.segments import TagId
from marketing_agent.core.signals import LineUserId
from marketing_agent.services import changes, tags
from marketing_agent.services.changes import Call, Write
from marketing_agent.services.ground import Ground
from marketing_agent.toolbox.linkage_blocks import shown_name
from marketing_agent.toolbox.segment_tools import LARGEST_ID

Number = Annotated[int, Path(ge=1, le=LARGEST_ID)]
LineUser = Annotated[str, Field(pattern=r"^U[0-9a-f]{32}$")]


class NamedTag(BaseModel):
    """A tag's name."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=60, pattern=r"^[^\x00]*$")


class TaggedFriends(BaseModel):
    """Friends to put a tag on, or to take it off."""

    model_config = ConfigDict(extra="forbid")

    line_user_ids: list[LineUser] = Field(max_length=tags.MOST_AT_ONCE)
    on: bool = Field(default=True, strict=True)


class TagRow(BaseModel):
    """A tag, on how many friends it is, and which segments ask for it."""

    tag_id: int
    name: str
    friends: int
    segments: list[str]


class TagMade(ChangeMade):
    """A tag that was made."""

    tag_id: int


class FriendsTagged(ChangeMade):
    """How many friends got the tag, or lost it."""

    friends: int


def tag_router(ground: Ground, signed_in: SignedIn) -> APIRouter:
    """The routes under /api/v1/tags."""
    router = APIRouter(prefix="/api/v1/tags", tags=["status"])
    person = Annotated[Caller, Depends(People(signed_in))]

    async def make(
        caller: Caller, tool: str, arguments: dict[str, Any], write: Write
    ) -> dict[str, Any]:
        made = await changes.made_at_once(
            ground, caller, Call(tool=tool, arguments=arguments), write
        )
        return made.result | {"change_id": made.change_id}

    @router.get("")
    async def list_tags(caller: person) -> list[TagRow]:
        """All tags by name."""
        return [
            TagRow(
                tag_id=line.tag.id,
                name=shown_name(line.tag.name),
                friends=line.friends,
                segments=[shown_name(name) for name in line.segments],
            )
            for line in await tags.show(ground, caller.merchant_id)
        ]

    @router.post("", status_code=201)
    async def create_tag(tag: NamedTag, caller: person) -> TagMade:
        """Make a tag."""
        arguments, write = {"name": tag.name}, tags.create(ground, tag.name)
        made = await make(caller, "create_tag", arguments, write)
        return TagMade.model_validate(made)

    @router.put("/{tag_id}")
    async def rename_tag(tag_id: Number, tag: NamedTag, caller: person) -> ChangeMade:
        """Give a tag another name; it stays on its friends."""
        arguments = {"tag_id": tag_id, "name": tag.name}
        write = tags.rename(ground, TagId(tag_id), tag.name)
        return ChangeMade.model_validate(
            await make(caller, "rename_tag", arguments, write)
        )

    @router.delete("/{tag_id}")
    async def delete_tag(tag_id: Number, caller: person) -> ChangeMade:
        """Delete a tag, unless segments use it: the answer names them."""
        arguments, write = {"tag_id": tag_id}, tags.delete(ground, TagId(tag_id))
        return ChangeMade.model_validate(
            await make(caller, "delete_tag", arguments, write)
        )

    @router.post("/{tag_id}/friends")
    async def tag_friends(
        tag_id: Number, friends: TaggedFriends, caller: person
    ) -> FriendsTagged:
        """Put a tag on many friends at once, or take it off them."""
        line_users = [LineUserId(each) for each in friends.line_user_ids]
        change = tags.put_on if friends.on else tags.take_off
        tool = "put_on_tag" if friends.on else "take_off_tag"
        arguments = {"tag_id": tag_id, "line_user_ids": friends.line_user_ids}
        made = await make(
            caller, tool, arguments, change(ground, TagId(tag_id), line_users)
        )
        return FriendsTagged.model_validate(made)

    return router
