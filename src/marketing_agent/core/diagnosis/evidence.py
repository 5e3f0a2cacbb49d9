"""What was gathered for a diagnosis, before anything is concluded from it.

A part is None when it was not asked for or does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from marketing_agent.core.facts import Method
    from marketing_agent.core.form_definitions import VersionCheck
    from marketing_agent.core.form_linkage import FormLinkage
    from marketing_agent.core.import_counts import Tally
    from marketing_agent.core.outcomes import Outcome, OutcomeCode
    from marketing_agent.core.qr_links import QrLink
    from marketing_agent.core.signals import LineUserId


class Answer(StrEnum):
    """What became of a question to a platform."""

    YES = "yes"
    NO = "no"
    """Refused: the credentials or the account may not."""
    NOT_CONNECTED = "not_connected"
    """No account of this platform is connected here."""
    NOT_THERE = "not_there"
    """The platform has no such thing."""
    SILENT = "silent"
    """No answer that says anything about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One live question and its answer; `says` is a sentence without personal data."""

    answer: Answer
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSeen:
    """The merchant's own settings, and what is the same for all merchants here."""

    integration_on: bool
    auto_link_on: bool
    has_privacy_policy: bool
    methods: frozenset[Method] = frozenset()
    """The methods that are set up, auto-link left out."""
    script_missing: str | None = None
    """Why this installation has no embed script; None when it has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KlaviyoSeen:
    """The Klaviyo account."""

    account: Asked
    scopes: Mapping[str, Asked] = field(default_factory=dict)
    """By the name of Klaviyo's scope, for those that a reading can try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnwrittenSeen:
    """Changes that Klaviyo was not told, all for one reason."""

    why: str
    waiting: int = 0
    """These are tried again."""
    dead: int = 0
    """These were given up."""
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginSeen:
    """The latest LINE logins of customers, as evidence about the two channels."""

    at: datetime
    """Of the newest."""
    people: int
    """So many of them LINE was asked about, and answered."""
    same_provider: bool | None
    """Whether the Messaging API channel knows them; None where that cannot be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSeen:
    """The LINE Official Account and its two channels."""

    bot: Asked
    webhook_wanted: str
    webhook: Asked | None = None
    webhook_found: str | None = None
    webhook_active: bool = False
    webhook_call: Asked | None = None
    """LINE's own test call of the webhook; not made while the address is not ours."""
    lists_followers: Asked | None = None
    login: LoginSeen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QrLinkSeen:
    """A custom QR code, and what came through it."""

    qr_link: QrLink
    url: str
    attempts: int = 0
    by_row: Mapping[int, int] = field(default_factory=dict)
    """Attempts that did not link, by the decision table's row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSeen:
    """The landing page as it was fetched just now."""

    url: str
    """Where the last redirect led."""
    not_read: str | None = None
    """Why it was not read, as a stable code."""
    status: int = 200
    embed_keys: frozenset[str] = frozenset()
    """The keys of our scripts that run on it."""
    in_comments: frozenset[str] = frozenset()
    """The keys of our scripts that are commented out."""
    policy_forbids: bool = False
    """Its Content-Security-Policy keeps this merchant's script from working."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowSeen:
    """Whether a Klaviyo flow calls our webhook."""

    asked: Asked
    calls_us: bool = False
    """A live flow has a live Webhook action with our Linking URL."""
    looked_at: int = 0
    live_flows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSeen:
    """Form ID linkage of one form, live."""

    setting: FormLinkage
    button_url: str
    embed_code: str
    embed_key: str
    origins: frozenset[str]
    """From which the script may hand submissions over: of all the merchant's forms."""
    now: datetime
    form: Asked
    """Whether Klaviyo still has the form."""
    versions: tuple[VersionCheck, ...] = ()
    page: PageSeen
    flow: FlowSeen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormsSeen:
    """The form linkages that were looked at."""

    seen: tuple[FormSeen, ...] = ()
    left_out: int = 0
    """So many were not: too many at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalSeen:
    """An email address or phone number of a profile; the value is not carried along."""

    there: bool = False
    usable: bool = False
    blocked: bool = False
    """It is a shared or test value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileSeen:
    """A Klaviyo profile, read just now."""

    profile_id: str
    found: Asked
    email: SignalSeen = field(default_factory=SignalSeen)
    phone: SignalSeen = field(default_factory=SignalSeen)
    linked_to: LineUserId | None = None
    best: Outcome | None = None
    """Of the attempts with its signals, the one that tells most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FriendSeen:
    """One LINE user whom the merchant's account has met."""

    line_user: LineUserId
    following: bool | None = None
    linked: bool = False
    best: Outcome | None = None
    """The attempt that tells most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptsSeen:
    """Attempts of all methods that ended alike."""

    code: OutcomeCode
    row: int
    detail: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSeen:
    """The import of stored LINE User IDs."""

    segment_name: str
    property_name: str
    segment: Asked
    """Whether Klaviyo still has the source segment."""
    error: str | None = None
    """What the latest run met, or is held up by."""
    counts: Tally | None = None
    """Of the latest complete reading of the segment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that was gathered for one diagnosis."""

    shop: ShopSeen
    klaviyo: KlaviyoSeen | None = None
    unwritten: tuple[UnwrittenSeen, ...] = ()
    line: LineSeen | None = None
    qr_links: tuple[QrLinkSeen, ...] = ()
    forms: FormsSeen = field(default_factory=FormsSeen)
    profile: ProfileSeen | None = None
    friend: FriendSeen | None = None
    attempts: tuple[AttemptsSeen, ...] = ()
    imported: ImportSeen | None = None
