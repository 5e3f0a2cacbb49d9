"""A Klaviyo form as it is published: its live versions, and where they end.

Klaviyo marks no step as the Success screen: it is the last step of each version.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from marketing_agent.core.signals import SignalKind


@dataclass(frozen=True, slots=True, kw_only=True)
class FormButton:
    """A Button block; `url` is its Go to URL, if that is its action."""

    label: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormStep:
    """One screen of a form: its buttons, and the signals that it asks for."""

    buttons: tuple[FormButton, ...] = ()
    asks: frozenset[SignalKind] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormVersion:
    """One version; several are live while an A/B test runs."""

    name: str
    live: bool
    steps: tuple[FormStep, ...]


class SuccessButton(StrEnum):
    """What the Success screen of a version offers."""

    OURS = "ours"
    """A button with the CTA Label leads to the Success Screen Button URL."""
    BY_URL = "by_url"
    """One leads there under another text: whether Klaviyo shows a page the address of
    a button is not documented, so the script may not find it."""
    BY_LABEL = "by_label"
    """None does, but one carries the CTA Label: the script finds it, nobody else."""
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionCheck:
    """What a live version has of what linking needs."""

    version: str
    button: SuccessButton
    asks: frozenset[SignalKind]
    """Email, phone, both or neither, on any of its screens."""


def check_versions(
    versions: Sequence[FormVersion], *, button_url: str, cta_label: str
) -> tuple[VersionCheck, ...]:
    """Look at every live version, in their order; drafts are shown to nobody."""
    return tuple(
        VersionCheck(
            version=version.name,
            button=_success_button(version, button_url, cta_label),
            asks=frozenset().union(*(step.asks for step in version.steps)),
        )
        for version in versions
        if version.live
    )


def _success_button(version: FormVersion, url: str, label: str) -> SuccessButton:
    buttons = version.steps[-1].buttons if version.steps else ()
    there = [button for button in buttons if _leads_to(button, url)]
    if any(_reads(button, label) for button in there):
        return SuccessButton.OURS
    if there:
        return SuccessButton.BY_URL
    if any(_reads(button, label) for button in buttons):
        return SuccessButton.BY_LABEL
    return SuccessButton.NONE


def _reads(button: FormButton, label: str) -> bool:
    return _plain(button.label) == _plain(label)


def _leads_to(button: FormButton, url: str) -> bool:
    """Whatever was added behind it: tracking parameters, a slash or a fragment."""
    if button.url is None:
        return False
    try:
        given, ours = urlsplit(button.url.strip()), urlsplit(url)
    except ValueError:
        return False
    same_host = (given.scheme, given.netloc.lower()) == (ours.scheme, ours.netloc)
    return same_host and given.path.rstrip("/") == ours.path


def _plain(label: str) -> str:
    return " ".join(label.split()).casefold()
