"""The JSON bodies that scripts post, read within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from marketing_agent.api.embed.answers import Refused

if TYPE_CHECKING:
    from starlette.requests import Request

_MOST_BYTES: Final = 2048
_MOST_FORMS: Final = 20

BodyT = TypeVar("BodyT", bound=BaseModel)
_FormId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]


class Submission(BaseModel):
    """What a customer entered in a form; unusable values are judged elsewhere."""

    model_config = ConfigDict(strict=True)

    form: str
    email: str | None = None
    phone: str | None = None


class SignOfLife(BaseModel):
    """The forms that a script has met; none when it was just loaded."""

    model_config = ConfigDict(strict=True)

    forms: list[_FormId] = Field(max_length=_MOST_FORMS)


async def body_of(request: Request, kind: type[BodyT]) -> BodyT:
    """The body as this kind. Raises Refused: 413 before it is in memory, else 400."""
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > _MOST_BYTES:
            raise Refused(413, "too_large")
    # Any page may post a "simple" body without asking first; this one asks.
    media_type = request.headers.get("content-type", "").partition(";")[0].strip()
    if media_type.lower() != "application/json":
        raise Refused(400, "unreadable")
    try:
        return kind.model_validate_json(bytes(raw))
    except ValidationError as error:
        raise Refused(400, "unreadable") from error
