"""The chat model behind any OpenAI-compatible endpoint, and what its errors mean."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import httpx
from langchain_core.exceptions import ContextOverflowError

from marketing_agent.agent.checked_model import CheckedChatModel
from marketing_agent.agent.models import (
    ModelAnswerUnreadable,
    ModelRefused,
    ModelThrottled,
    ModelTooSlow,
    ModelUnreachable,
)
from marketing_agent.agent.patience import DEFAULT_PATIENCE, Patience
from marketing_agent.core.errors import MarketingAgentError
from marketing_agent.platforms.notices import read_notice

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import openai
    from langchain_core.language_models import BaseChatModel

    from marketing_agent.agent.models import ModelSettings

_CONNECT_S: Final = 5.0
_USUAL_WAIT_S: Final = 5.0
_FROM_THE_ENVIRONMENT: Final = ("openai-organization", "openai-project")
"""Headers that the OpenAI client fills from variables which are not our settings."""
_UNABLE: Final = "MODEL_NAME, it may be unable to call tools"
_NO_CREDIT: Final = "whether the account of MODEL_API_KEY has credit left"
_TOO_LONG: Final = "this conversation is too long for the model, start a new one"
_TO_CHECK: Final = {
    400: _UNABLE,
    401: "MODEL_API_KEY",
    402: _NO_CREDIT,
    403: "MODEL_API_KEY, it may not be allowed to use MODEL_NAME",
    404: "MODEL_URL and MODEL_NAME",
    413: _TOO_LONG,
    422: _UNABLE,
}
_BY_CODE: Final = {
    "context_length_exceeded": _TOO_LONG,
    "insufficient_quota": _NO_CREDIT,
}
"""What OpenAI's own codes say better than the status."""


@asynccontextmanager
async def open_openai_model(
    settings: ModelSettings, *, patience: Patience = DEFAULT_PATIENCE
) -> AsyncIterator[BaseChatModel]:
    """Open a client of its own, which belongs to the running event loop.

    Speaks chat completions, never the Responses API, and leaves tools unstrict, as
    few compatible servers know more. The answers are those of `CheckedChatModel`.
    """
    import httpx2  # noqa: PLC0415 - comes with langchain_openai
    from langchain_openai import ChatOpenAI  # noqa: PLC0415 - 2 s to import

    async def key() -> str:
        # Never empty: the client would look for OPENAI_API_KEY instead.
        return settings.api_key.get_secret_value() if settings.api_key else "none"

    async def only_ours(request: httpx2.Request) -> None:
        for name in _FROM_THE_ENVIRONMENT:
            request.headers.pop(name, None)
        if settings.api_key is None:
            request.headers.pop("authorization", None)

    timeout = httpx2.Timeout(settings.timeout_s, connect=_CONNECT_S)
    async with httpx2.AsyncClient(
        timeout=timeout, event_hooks={"request": [only_ours]}
    ) as http:
        chat_model = ChatOpenAI(
            base_url=settings.url.rstrip("/"),
            model=settings.name,
            api_key=key,
            temperature=settings.temperature,
            timeout=timeout,
            stream_chunk_timeout=settings.timeout_s,
            max_retries=0,
            use_responses_api=False,
            stream_usage=True,
            openai_proxy="",
            http_async_client=http,
        )
        yield CheckedChatModel(
            inner=chat_model, failure_of=model_failure, patience=patience
        )


def model_failure(error: Exception) -> MarketingAgentError | None:
    """What a model's error means, without a word of the server's; None for a bug."""
    import httpx2  # noqa: PLC0415
    import openai  # noqa: PLC0415

    match error:
        case MarketingAgentError():
            return error
        case ContextOverflowError():
            return ModelRefused(status="context length", fix=_TOO_LONG)
        case openai.APIStatusError():
            return _refusal(error)
        case openai.APIConnectionError() | httpx2.TransportError() | TimeoutError():
            return _not_heard(error)
        case openai.APIResponseValidationError() | httpx2.RequestError():
            return ModelAnswerUnreadable(detail=type(error).__name__)
        case openai.APIError():
            return ModelUnreachable(detail="it reported an error of its own")
        # How LangChain and the client tell of answers that make no sense.
        case ValueError() | LookupError() | TypeError() | AttributeError():
            return ModelAnswerUnreadable(detail=type(error).__name__)
    return None


def _not_heard(error: Exception) -> MarketingAgentError:
    import httpx2  # noqa: PLC0415
    import openai  # noqa: PLC0415

    slow = openai.APITimeoutError | httpx2.TimeoutException | TimeoutError
    never = openai.APIConnectionError | httpx2.ConnectError
    if isinstance(error.__cause__ or error, httpx2.ConnectTimeout):
        return ModelUnreachable(detail="no connection in time")
    if isinstance(error, slow):
        return ModelTooSlow()
    if isinstance(error, never):
        return ModelUnreachable(detail="no connection")
    return ModelUnreachable(detail="its answer broke off")


def _refusal(error: openai.APIStatusError) -> MarketingAgentError:
    status = error.status_code
    asked = read_notice(httpx.Headers(dict(error.response.headers))).retry_after
    if status == httpx.codes.REQUEST_TIMEOUT:
        return ModelTooSlow()
    if status == httpx.codes.TOO_MANY_REQUESTS and error.code not in _BY_CODE:
        wait = _USUAL_WAIT_S if asked is None else asked
        return ModelThrottled(retry_after=wait, asked=asked)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return ModelUnreachable(detail=f"status {status}", asked=asked)
    known = _BY_CODE.get(error.code or "") or _TO_CHECK.get(status, "MODEL_URL")
    return ModelRefused(status=status, fix=known)
