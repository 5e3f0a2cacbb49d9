"""The custom QR code: what it is, and the linking URL that exists once it is saved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from marketing_agent.core.errors import BadInput
from marketing_agent.core.facts import Evidence
from marketing_agent.core.match import MatchRule
from marketing_agent.core.naming import KLAVIYO_ID, KLAVIYO_ID_VARIABLE
from marketing_agent.core.signals import SignalKind


class LinkType(StrEnum):
    """What scanning a custom QR code does besides adding a friend."""

    NONE = "none"
    KLAVIYO_LINKAGE = "klaviyo_linkage"


DEFAULT_VARIABLES: Final = {
    SignalKind.EMAIL: "{{ email }}",
    SignalKind.PHONE: "{{ person.phone_number|default:'' }}",
}
"""Klaviyo's merge variables for the two signals (its template reference)."""

_NAME_LENGTH: Final = 100
_VARIABLE: Final = re.compile(r"\{\{[^{}<>\"&#\x00-\x1f\x7f]{1,120}\}\}")


class QrLinkName(BadInput):
    """The name of a custom QR code has 1 to 100 characters."""


class MissingVariable(BadInput):
    """Klaviyo Linkage needs a merge variable for the email, the phone, or both."""


class UnwantedVariable(BadInput):
    """With Link Type None there is nothing to link: leave the merge variables out."""


class NotAMergeVariable(BadInput):
    """That is no Klaviyo merge variable for the {kind}. One looks like {example}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QrLinkDraft:
    """A custom QR code before it is saved. It has no linking URL yet."""

    name: str
    link_type: LinkType
    email_variable: str | None = None
    phone_variable: str | None = None

    def __post_init__(self) -> None:
        """Raises a BadInput that says what to change."""
        if not 0 < len(self.name.strip()) <= _NAME_LENGTH:
            raise QrLinkName
        for kind, variable in self.variables.items():
            if _VARIABLE.fullmatch(variable) is None:
                raise NotAMergeVariable(kind=kind, example=DEFAULT_VARIABLES[kind])
        if self.link_type is LinkType.NONE and self.variables:
            raise UnwantedVariable
        if self.link_type is LinkType.KLAVIYO_LINKAGE and not self.variables:
            raise MissingVariable

    @property
    def variables(self) -> dict[SignalKind, str]:
        """The merge variable of each signal that this QR code asks for."""
        both = {
            SignalKind.EMAIL: self.email_variable,
            SignalKind.PHONE: self.phone_variable,
        }
        return {kind: text for kind, text in both.items() if text is not None}

    @property
    def asks(self) -> frozenset[SignalKind]:
        """The signals that the linking URL carries."""
        return frozenset(self.variables)

    @property
    def rule(self) -> MatchRule:
        """Both signals given: linked only when both match within one profile."""
        both = len(self.variables) == len(DEFAULT_VARIABLES)
        return MatchRule.BOTH if both else MatchRule.EITHER

    @property
    def evidence(self) -> Evidence:
        """How strongly an opened linking URL speaks."""
        both = self.rule is MatchRule.BOTH
        return Evidence.BOTH_SIGNALS if both else Evidence.ONE_SIGNAL


@dataclass(frozen=True, slots=True, kw_only=True)
class QrLink(QrLinkDraft):
    """A saved custom QR code."""

    slug: str
    opened: int = 0

    def url(self, public_url: str) -> str:
        """Where it leads. With Klaviyo Linkage this is the linking URL.

        It goes into a Klaviyo email; Klaviyo fills in the variables. Beside the signals
        it carries the KlaviyoID, which is no signal but makes a match stronger.
        """
        return self._url(f"{public_url}/l/{self.slug}")

    def image_url(self, public_url: str) -> str:
        """Its QR code as an image; with Klaviyo Linkage each customer's own."""
        return self._url(f"{public_url}/l/{self.slug}/qr.png")

    def _url(self, base: str) -> str:
        if not self.variables:
            return base
        fields = [f"{kind.value}={text}" for kind, text in self.variables.items()]
        return f"{base}?{'&'.join([*fields, f'{KLAVIYO_ID}={KLAVIYO_ID_VARIABLE}'])}"
