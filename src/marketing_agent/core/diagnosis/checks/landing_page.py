"""Whether this merchant's Landing Page Embed Code is on the landing page.

The page is fetched without running its scripts. What the fetching cannot see (a tag
manager, a wall against robots) is no more than a doubt while the script is alive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.checks.script_life import ran_lately
from marketing_agent.core.diagnosis.findings import (
    Finding,
    FindingState,
    Remedy,
    Seen,
    at_address,
)
from marketing_agent.core.form_linkage import LandingPage, origin_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.core.diagnosis.evidence import Evidence, FormSeen

_NAME: Final = "landing_page"
_UNREAD: Final[Mapping[str, str]] = {
    "no_address": "The landing page's address cannot be opened from here.",
    "unknown_host": "There is no such web address as the landing page's.",
    "private_host": "The landing page's address leads into a private network, which "
    "customers cannot reach and which is not opened from here.",
    "unreachable": "The landing page does not answer.",
    "too_slow": "The landing page takes longer than five seconds.",
    "too_big": "The landing page is larger than two million bytes.",
    "too_many_redirects": "The landing page leads on and on to other addresses.",
    "unreadable": "The landing page is packed in a way that is not read here.",
}
_UNSEEN: Final = frozenset({"too_slow", "too_big", "unreadable"})
"""A browser shows such a page: it is only not judged here."""


def check(evidence: Evidence) -> list[Finding]:
    """Read, with our script, from an address that may hand submissions over."""
    return [_of(each) for each in evidence.forms.seen]


def _of(form: FormSeen) -> Finding:
    page = form.page
    if page.not_read is not None:
        return _unread(form, page.not_read)
    if not 200 <= page.status < 300:  # noqa: PLR2004 - HTTP's successes
        says = f"The landing page answers with status {page.status}."
        fix = "Open the page in a browser; correct its address, or publish it."
        return _trouble(form, says, fix)
    if form.embed_key not in page.embed_keys:
        fix = "Add the Landing Page Embed Code to the page and publish it."
        return _trouble(form, _absent(form), fix, _code(form))
    if page.policy_forbids:
        says = "The page's Content-Security-Policy keeps the script out."
        fix = "Allow our address in script-src and connect-src of the policy."
        return _trouble(form, says, fix, _code(form))
    if not _may_hand_over(form):
        return _moved(form)
    says = "The Landing Page Embed Code is on the page."
    return _finding(form, FindingState.OK, says)


def _unread(form: FormSeen, why: str) -> Finding:
    if why in _UNSEEN:
        fix = "Open the page in a browser: is the Landing Page Embed Code on it?"
        return _finding(form, FindingState.UNKNOWN, _UNREAD[why], fix)
    fix = "Open the page in a browser, and correct its address in the form linkage."
    return _trouble(form, _UNREAD[why], fix)


def _absent(form: FormSeen) -> str:
    if form.page.embed_keys:
        return "The page holds another merchant's Landing Page Embed Code."
    if form.embed_key in form.page.in_comments:
        return "The Landing Page Embed Code on the page is commented out."
    return "The Landing Page Embed Code is not on the page."


def _may_hand_over(form: FormSeen) -> bool:
    try:
        return origin_of(form.page.url) in form.origins
    except LandingPage:
        return False


def _moved(form: FormSeen) -> Finding:
    saved = form.setting
    return Finding(
        check=_NAME,
        state=FindingState.PROBLEM,
        says="The landing page leads on to another site, from which the script may not "
        "hand submissions over.",
        evidence=(at_address("landing page", saved.landing_page), _led_to(form)),
        fix="Save the address that the page really has as the landing page.",
        remedy=Remedy(
            tool="configure_form_linkage",
            arguments={
                "form_id": saved.form_id,
                "cta_label": saved.cta_label,
                "landing_page": form.page.url,
                "timing": saved.timing.value,
                "trigger": None if saved.trigger is None else saved.trigger.value,
            },
        ),
    )


def _trouble(form: FormSeen, says: str, fix: str, *shown: Seen) -> Finding:
    if not ran_lately(form):
        return _finding(form, FindingState.PROBLEM, says, fix, *shown)
    says += " But the script has run there within a week."
    return _finding(form, FindingState.DOUBT, says, fix, *shown)


def _finding(
    form: FormSeen, state: FindingState, says: str, fix: str = "", *shown: Seen
) -> Finding:
    evidence = (_led_to(form), *shown)
    return Finding(check=_NAME, state=state, says=says, evidence=evidence, fix=fix)


def _led_to(form: FormSeen) -> Seen:
    return at_address("read at", form.page.url)


def _code(form: FormSeen) -> Seen:
    return Seen(what="Landing Page Embed Code", value=form.embed_code)
