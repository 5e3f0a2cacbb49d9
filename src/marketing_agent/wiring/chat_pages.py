"""What the chat API answers besides its streams, as far as a client reads it."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from marketing_agent.wiring.chat_events import Card
from marketing_agent.wiring.foreign_text import Json


class WhoAnswers(BaseModel):
    """The model or the planner behind the agent."""

    model_config = ConfigDict(extra="ignore")

    model: str
    built_in: bool


class ToolOffered(BaseModel):
    """A tool that the agent may use for this caller."""

    model_config = ConfigDict(extra="ignore")

    name: str
    title: str
    titles: dict[str, str] = Field(default_factory=dict)
    """By the languages of the chat."""
    effect: str


class ThreadLine(BaseModel):
    """A conversation in the list."""

    model_config = ConfigDict(extra="ignore")

    id: str
    title: str
    updated_at: datetime


class OpenCard(BaseModel):
    """A card as the API lists it."""

    model_config = ConfigDict(extra="ignore")

    id: str
    tool: str
    title: str
    arguments: Json
    labels: Json = Field(default_factory=dict)
    values: Json = Field(default_factory=dict)
    expires_at: datetime

    def as_card(self) -> Card:
        """The same card as a stream opens it."""
        return Card(
            id=self.id,
            tool=self.tool,
            title=self.title,
            arguments=self.arguments,
            labels=self.labels,
            values=self.values,
            expires_at=self.expires_at,
        )


class ThreadPage(ThreadLine):
    """A conversation as it stands; `messages` are AG-UI's."""

    messages: list[Json] = Field(default_factory=list)
    cards: list[OpenCard] = Field(default_factory=list)
    running: str | None = None
