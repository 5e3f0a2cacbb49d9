"""A person's conversations: the list, one as it stands, and forgetting one.

Annotations are evaluated at once here: FastAPI reads those of the inner functions.
"""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from marketing_agent.agent.conversations import Conversations
from marketing_agent.api.agent_stream import Id
from marketing_agent.api.chat import OpenCard
from marketing_agent.api.signed_in import SignedIn
from marketing_agent.core.callers import Caller


class ThreadLine(BaseModel):
    """A conversation in the list."""

    id: str
    title: str
    created_at: datetime
    updated_at: datetime


class ThreadPage(ThreadLine):
    """A conversation as a client shows it after a reload."""

    messages: list[dict[str, Any]]
    """In AG-UI's shape."""
    cards: list[OpenCard]
    """What waits for a yes or no."""
    plan: list[dict[str, str | None]]
    """The set-up plan's steps: name, title, method and state; empty without one."""
    quick_replies: list[str]
    """What the newest message offers for an answer."""
    running: str | None
    """The run that is answering now: follow its events."""


def thread_router(conversations: Conversations, signed_in: SignedIn) -> APIRouter:
    """The routes under /api/v1/threads."""
    router = APIRouter(prefix="/api/v1/threads", tags=["agent"])
    calling = Annotated[Caller, Depends(signed_in)]
    threads = conversations.threads

    @router.get("")
    async def list_threads(caller: calling) -> list[ThreadLine]:
        """This person's conversations, the latest first."""
        return [
            ThreadLine.model_validate(each, from_attributes=True)
            for each in await threads.of(caller)
        ]

    @router.get("/{thread_id}")
    async def show_thread(thread_id: Id, caller: calling) -> ThreadPage:
        """One conversation with its open cards."""
        view = await threads.view(caller, thread_id)
        return ThreadPage(
            id=view.thread.id,
            title=view.thread.title,
            created_at=view.thread.created_at,
            updated_at=view.thread.updated_at,
            messages=[each.model_dump(by_alias=True) for each in view.messages],
            cards=[
                OpenCard.model_validate(each, from_attributes=True)
                for each in view.cards
            ],
            plan=[dict(step) for step in view.plan],
            quick_replies=list(view.quick_replies),
            running=view.running,
        )

    @router.delete("/{thread_id}", status_code=204)
    async def forget_thread(thread_id: Id, caller: calling) -> None:
        """Delete a conversation. Changes made in it stay, with their undo."""
        await threads.forget(caller, thread_id)

    return router
