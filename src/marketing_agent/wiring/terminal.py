"""What every command shares: reading the settings, and saying something."""

from __future__ import annotations

import sys
from typing import Final

from pydantic import ValidationError

from marketing_agent.core.errors import BadInput
from marketing_agent.settings import Settings

TOKEN_VARIABLE: Final = "MARKETING_AGENT_TOKEN"  # noqa: S105 - its name
"""Who talks, for `marketing-agent chat`."""


class UnusableSetting(BadInput):
    """The settings cannot be used: {problems}."""


def settings_of_environment() -> Settings:
    """What the environment and `.env` say.

    Raises UnusableSetting, which shows no value.
    """
    try:
        return Settings()
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, each['loc'])).upper()}: {each['msg']}"
            for each in error.errors(include_input=False, include_url=False)
        )
        raise UnusableSetting(problems=problems) from error


def say(line: str) -> None:
    """Print a line at once, also into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
