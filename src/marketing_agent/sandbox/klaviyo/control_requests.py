"""Bodies and answers of the control API: plain JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import to_jsonable_python
from starlette.responses import JSONResponse, Response

from marketing_agent.sandbox.klaviyo.refusals import Invalid

if TYPE_CHECKING:
    from starlette.requests import Request


class Command(BaseModel):
    """A body: nothing undeclared."""

    model_config = ConfigDict(extra="forbid")


Body = TypeVar("Body", bound=BaseModel)


async def read(model: type[Body], request: Request) -> Body:
    """Read the body; raises Invalid, naming the field."""
    try:
        return model.model_validate_json(await request.body())
    except ValidationError as error:
        details = error.errors(include_input=False, include_url=False)
        raise Invalid("; ".join(f"{d['loc']}: {d['msg']}" for d in details)) from None


def answer(content: Any, status: int = 200) -> Response:
    """Answer JSON."""
    return JSONResponse(to_jsonable_python(content), status)


def done() -> Response:
    """Answer that it is done."""
    return Response(status_code=204)
