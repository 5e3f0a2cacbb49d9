"""Form ID linkage: a link button on a Klaviyo form's Success screen, and its settings.

Names are those of the settings screen. What the merchant copies (embed code, button
URL, webhook) exists once the setting is saved.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, assert_never
from urllib.parse import SplitResult, urlsplit

import idna

from marketing_agent.core.errors import BadInput
from marketing_agent.core.facts import Evidence, FormId
from marketing_agent.core.match import MatchRule

LINKING_KEY_HEADER: Final = "X-Linking-Key"
"""The header of the Klaviyo flow's webhook that holds the setting's secret."""
HANDED_OVER_WITHIN: Final = timedelta(minutes=5)
"""A browser may hand values over later than Klaviyo's flow hears of the submission."""
LONGEST_LABEL: Final = 40

_LONGEST_ADDRESS: Final = 2000
_FORM_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
_LABEL_OF_A_HOST: Final = re.compile(r"[a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?")
_NOT_IN_A_LINE: Final = frozenset(("Cc", "Cs", "Zl", "Zp"))
_LOCAL_HOSTS: Final = frozenset(("localhost", "127.0.0.1"))
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}


class FormTiming(StrEnum):
    """When a submitted form may link."""

    IMMEDIATE = "immediate"
    FLOW = "flow"
    """Once a Klaviyo flow's webhook says so: Linking Settings After Form Submission."""


class FormTrigger(StrEnum):
    """What starts the merchant's Klaviyo flow."""

    SUBMITTED_FORM = "submitted_form"
    SUBSCRIBED_TO_LIST = "subscribed_to_list"
    """After double opt-in: the person has proved that the address is theirs."""


class NotAFormId(BadInput):
    """That is no id of a Klaviyo form. The forms tool lists them by name."""


class CtaLabel(BadInput):
    """The CTA Label is one line of 1 to 40 characters, such as "Link with LINE"."""


class LandingPage(BadInput):
    """The landing page is the https address of the page with the Klaviyo form."""


class TriggerNeeded(BadInput):
    """Timing by a flow needs its trigger: submitted_form or subscribed_to_list."""


class UnwantedTrigger(BadInput):
    """Only timing by a flow has a trigger. Leave it out, or set the timing to flow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLinkageDraft:
    """Form ID linkage of one form before it is saved."""

    form_id: FormId
    """Target Form."""
    cta_label: str
    landing_page: str
    timing: FormTiming = FormTiming.IMMEDIATE
    trigger: FormTrigger | None = None

    def __post_init__(self) -> None:
        """Raises a BadInput that says what to change."""
        if _FORM_ID.fullmatch(self.form_id) is None:
            raise NotAFormId
        label = self.cta_label.strip()
        if not 0 < len(label) <= LONGEST_LABEL or not _is_one_line(label):
            raise CtaLabel
        origin_of(self.landing_page)
        if self.timing is FormTiming.FLOW and self.trigger is None:
            raise TriggerNeeded
        if self.timing is FormTiming.IMMEDIATE and self.trigger is not None:
            raise UnwantedTrigger

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins, as browsers send them, that may hand submissions over."""
        return (origin_of(self.landing_page),)

    @property
    def rule(self) -> MatchRule:
        """Email or phone as entered in the form: either one matches."""
        return MatchRule.EITHER

    @property
    def evidence(self) -> Evidence:
        """How strongly a submission speaks: anybody can type any address.

        Only a double opt-in proves it; a flow on the submission alone does not.
        """
        proved = self.trigger is FormTrigger.SUBSCRIBED_TO_LIST
        return Evidence.CONFIRMED_OR_KLAVIYO_ID if proved else Evidence.ONE_SIGNAL

    @property
    def confirmed_by(self) -> FormId | None:
        """The form whose webhook has to confirm a claim; None links at once."""
        return self.form_id if self.timing is FormTiming.FLOW else None

    def submitted(self, handed_over: datetime) -> datetime | None:
        """With flow timing, the earliest moment at which these values were submitted.

        In whole seconds. A flow on the submission may be faster than the browser. A
        double opt-in never is, and there an older confirmation must not vouch for a
        newer submission.
        """
        match self.trigger:
            case None:
                return None
            case FormTrigger.SUBMITTED_FORM:
                return handed_over.replace(microsecond=0) - HANDED_OVER_WITHIN
            case FormTrigger.SUBSCRIBED_TO_LIST:
                return handed_over.replace(microsecond=0)
        assert_never(self.trigger)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLinkage(FormLinkageDraft):
    """A saved setting; one is in use per form."""

    slug: str
    form_name: str
    """Klaviyo's, as last read: somebody else's text."""
    handed_over: int = 0
    """How many submissions the script has handed over."""
    script_seen_at: datetime | None = None
    script_seen_on: str | None = None
    """The origin of the script's last sign of life."""
    webhook_seen_at: datetime | None = None

    def button_url(self, public_url: str) -> str:
        """The Success Screen Button URL, for "Go to URL" of the Button block."""
        return f"{public_url}/f/{self.slug}"

    def webhook_url(self, public_url: str, webhook_key: str) -> str:
        """The Linking URL of the flow's Webhook action."""
        return f"{public_url}/hooks/klaviyo/{webhook_key}/{self.slug}"


def embed_code(public_url: str, embed_key: str) -> str:
    """The Landing Page Embed Code; one for all forms of a merchant."""
    return f'<script async src="{public_url}/embed/{embed_key}.js"></script>'


def submission_details(form_id: FormId) -> str:
    """The JSON body of the flow's Webhook action; Klaviyo fills in the profile's id."""
    return json.dumps({"form_id": form_id, "profile_id": "{{ person.KlaviyoID }}"})


def origin_of(address: str) -> str:
    """The origin of a page as browsers send it: scheme, host in ASCII, odd port.

    Only https, and http on the computer itself, where sandboxes run. Raises
    LandingPage.
    """
    parts = _parts_of(address)
    host = _ascii_host(parts.hostname or "")
    local = host in _LOCAL_HOSTS or host.endswith(".localhost")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise LandingPage
    port = parts.port
    odd = port is not None and port != _DEFAULT_PORTS[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if odd else "")


def _is_one_line(text: str) -> bool:
    """Without control characters, line ends and lone surrogates."""
    return not any(unicodedata.category(c) in _NOT_IN_A_LINE for c in text)


def _parts_of(address: str) -> SplitResult:
    if len(address) > _LONGEST_ADDRESS or not address.isprintable() or " " in address:
        raise LandingPage
    try:
        parts = urlsplit(address)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise LandingPage from error
    if not named or "@" in parts.netloc or "\\" in address:
        raise LandingPage
    return parts


def _ascii_host(host: str) -> str:
    try:
        ascii_host = (
            host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
        )
    except UnicodeError as error:
        raise LandingPage from error
    labels = ascii_host.split(".")
    if not all(_LABEL_OF_A_HOST.fullmatch(label) for label in labels):
        raise LandingPage
    return ascii_host
