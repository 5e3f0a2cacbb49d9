"""Which language a request wants to be answered in, and saying so in the answer.

Annotations are evaluated at once here: FastAPI reads those of the dependency.
"""

from typing import Annotated, Final

from fastapi import Depends, Header, Response

from marketing_agent.agent.planner.language import CHINESE, ENGLISH, LANGUAGES
from marketing_agent.api.customer.languages import wanted_languages

_CHINESE: Final = "zh"


def language_of(accept_language: str) -> str:
    """The first of ours in an `Accept-Language`; Chinese is Traditional here.

    English where there is none of them.
    """
    for tag in wanted_languages(accept_language):
        main = tag.split("-")[0].lower()
        language = CHINESE if main == _CHINESE else main
        if language in LANGUAGES:
            return language
    return ENGLISH


def told_in(language: str) -> dict[str, str]:
    """The headers of an answer that is another one in another language."""
    return {"Content-Language": language, "Vary": "Accept-Language"}


async def _wanted(
    response: Response,
    accept_language: Annotated[str, Header(include_in_schema=False)] = "",
) -> str:
    language = language_of(accept_language)
    response.headers.update(told_in(language))
    return language


Language = Annotated[str, Depends(_wanted)]
"""Of a route whose answer has sentences of the program in it."""
