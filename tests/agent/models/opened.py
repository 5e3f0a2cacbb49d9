"""The real client, opened on the server of a test."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessageChunk, BaseMessageChunk
from pydantic import SecretStr

from marketing_agent.agent.models import ModelSettings
from marketing_agent.agent.openai_model import open_openai_model
from marketing_agent.agent.patience import Patience

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

KEY = "sk-secret-of-the-test"
TOOL = {
    "type": "function",
    "function": {
        "name": "create_qr_link",
        "description": "Create a custom QR code.",
        "parameters": {"type": "object", "properties": {"name": {"type": "string"}}},
    },
}


@dataclass
class Opener:
    """Opens models; `pauses` are those it would have waited, in seconds."""

    url: str
    pauses: list[float] = field(default_factory=list)

    def settings(self, **changed: Any) -> ModelSettings:
        """Settings that lead to the server."""
        given = {"url": self.url, "name": "wire-1", "api_key": SecretStr(KEY)}
        return ModelSettings(**{**given, **changed})

    @asynccontextmanager
    async def __call__(self, **changed: Any) -> AsyncIterator[BaseChatModel]:
        """Open one model."""
        patience = Patience(sleep=self._sleep)
        settings = self.settings(**changed)
        async with open_openai_model(settings, patience=patience) as model:
            yield model

    async def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


async def streamed(model: Runnable[Any, Any], asked: Any = "Go") -> AIMessageChunk:
    """Everything a stream gives, added up."""
    whole: BaseMessageChunk | None = None
    async for chunk in model.astream(asked):
        whole = chunk if whole is None else whole + chunk
    assert isinstance(whole, AIMessageChunk)
    return whole
