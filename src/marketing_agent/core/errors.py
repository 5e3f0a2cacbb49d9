"""Every error the program raises on purpose, in one tree.

A class's docstring is its message; words in braces are filled from the keyword
arguments, which stay readable on `facts`. The API maps classes to statuses and the
agent maps them to what a model can do about them; nothing here knows either.

    MarketingAgentError
    ├── BadInput              the caller can fix it
    │   └── UnusableSignal
    ├── NotFound
    ├── NotAllowed            the caller may not, or has not consented
    ├── Conflict              true of the world, not of the input
    ├── SetupMissing          a person has to connect or configure something
    │   └── DatabaseUnavailable
    └── PlatformError         Klaviyo or LINE
        ├── PlatformUnreachable
        ├── PlatformThrottled
        ├── PlatformAnswerUnreadable
        ├── LoginNotConfirmed
        └── PlatformRefused
            ├── CredentialsRefused
            ├── PlatformNotFound
            └── DuplicateProfile
"""

from __future__ import annotations

import inspect


class MarketingAgentError(Exception):
    """Something went wrong: {detail}"""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        template = inspect.cleandoc(type(self).__doc__ or "")
        super().__init__(template.format_map(facts))

    @property
    def message(self) -> str:
        """The sentence for the person who can act on it."""
        return str(self)


class BadInput(MarketingAgentError):
    """{detail}"""


class UnusableSignal(BadInput):
    """{shown} cannot be used as {kind}: {reason}."""


class NotFound(MarketingAgentError):
    """There is no {noun} "{name}" here."""


class NotAllowed(MarketingAgentError):
    """This is not allowed: {detail}"""


class Conflict(MarketingAgentError):
    """This cannot be done as things stand: {detail}"""


class SetupMissing(MarketingAgentError):
    """{what} is not set up yet. {fix}"""


class DatabaseUnavailable(SetupMissing):
    """The database at {where} cannot be reached: {detail}"""


class PlatformError(MarketingAgentError):
    """{platform} did not do what was asked: {detail}"""


class PlatformUnreachable(PlatformError):
    """{platform} could not be reached ({detail}). Nothing is lost: we try again."""


class PlatformThrottled(PlatformError):
    """{platform} asks to wait {retry_after:g} s before the next call."""

    @property
    def retry_after(self) -> float:
        """Seconds to wait, as the platform said or as our back-off decided."""
        return float(str(self.facts["retry_after"]))


class PlatformRefused(PlatformError):
    """{platform} refused {call} with status {status}: {detail}"""

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return int(str(self.facts["status"]))


class PlatformAnswerUnreadable(PlatformError):
    """{platform} answered {call} with something that cannot be read: {detail}"""


class LoginNotConfirmed(PlatformError):
    """LINE did not confirm this login: {detail}. Start again from the link."""


class CredentialsRefused(PlatformRefused):
    """{platform} does not accept the credentials for {call} ({status}: {detail})."""


class PlatformNotFound(PlatformRefused):
    """{platform} does not know what {call} is about ({status}: {detail})."""


class DuplicateProfile(PlatformRefused):
    """{platform} refused {call}: another profile already has this value."""

    @property
    def duplicate_profile_id(self) -> str | None:
        """The id of the profile that has it, where Klaviyo names it."""
        found = self.facts.get("duplicate_profile_id")
        return found if isinstance(found, str) else None
