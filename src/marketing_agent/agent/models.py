"""Which chat model answers: one that an operator configured, or the built-in planner.

A configured model that fails is an error and never falls back to the built-in one:
an answer must come from where the operator thinks it comes from.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from marketing_agent.core.errors import (
    PlatformAnswerUnreadable,
    PlatformError,
    PlatformThrottled,
    PlatformUnreachable,
    SetupMissing,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from langchain_core.language_models import BaseChatModel
    from pydantic import SecretStr

BUILT_IN: Final = "built-in planner"


class ModelUnreachable(PlatformUnreachable):
    """The language model could not be reached ({detail}). Try again in a moment."""


class ModelTooSlow(PlatformError):
    """The language model took too long to answer. Try again in a moment."""


class ModelThrottled(PlatformThrottled):
    """The language model is busy. Try again in {retry_after:.0f} seconds."""


class ModelRefused(SetupMissing):
    """The language model refused the request ({status}). What to check: {fix}."""


class ModelAnswerUnreadable(PlatformAnswerUnreadable):
    """The language model's answer cannot be used: {detail}. Try again."""


class ModelWithoutTools(SetupMissing):
    """{name} does not call tools. Set another MODEL_NAME, or no MODEL_URL at all."""


class ModelMisconfigured(SetupMissing):
    """{setting} cannot be used: {reason}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """A model behind an OpenAI-compatible endpoint (`POST {url}/chat/completions`).

    Only these fields decide where a conversation goes: OPENAI_* variables of the
    environment are not honoured. Raises ModelMisconfigured.
    """

    url: str = field(repr=False)
    """The base URL, as `https://api.openai.com/v1`. It holds no credentials."""
    name: str
    api_key: SecretStr | None = None
    """Sent as a bearer token; None for servers that want none."""
    timeout_s: float = 60.0
    """Longest silence: to the first word, and between two."""
    temperature: float | None = None
    """None sends none: some models refuse any."""

    def __post_init__(self) -> None:
        """Refuse what could not work, without repeating what may be secret."""
        if problem := _problem_of(self.url):
            raise ModelMisconfigured(setting="MODEL_URL", reason=problem)
        if not self.name.strip():
            raise ModelMisconfigured(setting="MODEL_NAME", reason="it is empty")
        key = self.api_key.get_secret_value() if self.api_key else "none"
        if not (key.isascii() and key.isprintable() and key == key.strip()):
            reason = "it holds spaces, line ends or foreign characters"
            raise ModelMisconfigured(setting="MODEL_API_KEY", reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInUse:
    """The model that answers, and whether it is our own planner."""

    name: str
    chat_model: BaseChatModel
    built_in: bool


@asynccontextmanager
async def open_model(
    settings: ModelSettings | None, built_in: Callable[[], BaseChatModel]
) -> AsyncIterator[ModelInUse]:
    """Open the configured model; without settings, the planner that `built_in` makes.

    Nothing is sent yet: see `probe`.
    """
    if settings is None:
        yield ModelInUse(name=BUILT_IN, chat_model=built_in(), built_in=True)
        return
    async with open_configured(settings) as model:
        yield model


@asynccontextmanager
async def open_configured(settings: ModelSettings) -> AsyncIterator[ModelInUse]:
    """Open the client of a configured model. Nothing is sent yet."""
    # LangChain's OpenAI client takes two seconds to import.
    from marketing_agent.agent.openai_model import open_openai_model  # noqa: PLC0415

    async with open_openai_model(settings) as chat_model:
        yield ModelInUse(name=settings.name, chat_model=chat_model, built_in=False)


def _problem_of(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return "it is not an address"
    if parts.scheme not in {"http", "https"} or not host:
        return "it has to begin with https:// (or http:// on your own network)"
    if parts.username is not None or parts.password is not None:
        return "it holds credentials; put the key into MODEL_API_KEY"
    if parts.query or parts.fragment:
        return "it has to end with a path, as in /v1"
    return ""
