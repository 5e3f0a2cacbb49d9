"""What each check of the connection concludes: evidence in, one finding out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from marketing_agent.core.diagnosis.checks import (
    account_type,
    embed_script,
    integration,
    klaviyo_account,
    klaviyo_scopes,
    klaviyo_writes,
    line_account,
    line_login,
    line_webhook,
    methods,
    privacy_policy,
    webhook_call,
)
from marketing_agent.core.diagnosis.evidence import (
    Answer,
    Asked,
    KlaviyoSeen,
    LoginSeen,
    UnwrittenSeen,
)
from marketing_agent.core.diagnosis.findings import Remedy
from marketing_agent.core.errors import CredentialsRefused, PlatformNotFound
from marketing_agent.core.facts import Method
from tests.core.diagnosis.given import (
    DOUBT,
    NO,
    NOT_CONNECTED,
    NOW,
    OK,
    OURS,
    PROBLEM,
    SILENT,
    UNKNOWN,
    YES,
    assert_told,
    given,
    line,
    shop,
)

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.findings import FindingState


@pytest.mark.parametrize(
    ("account", "state", "says", "fix"),
    [
        (Asked(answer=Answer.YES, says="Connected to Hana."), OK, "Hana", ""),
        (NO, PROBLEM, "Refused.", "private key"),
        (NOT_CONNECTED, PROBLEM, "Nothing there.", "private key"),
        (SILENT, UNKNOWN, "No answer.", "again"),
    ],
)
def test_the_klaviyo_account(
    account: Asked, state: FindingState, says: str, fix: str
) -> None:
    """Klaviyo's own words; a key is to be given where there is none that works."""
    evidence = given(klaviyo=KlaviyoSeen(account=account))
    found = assert_told(klaviyo_account.check(evidence), state, says, fix)
    assert found.not_set_up is (account is NOT_CONNECTED)


READ = dict.fromkeys(klaviyo_scopes.NEEDED_FOR, YES)


@pytest.mark.parametrize(
    ("changed", "state", "says", "fix"),
    [
        ({}, OK, "may read", ""),
        ({"profiles:read": NO}, PROBLEM, "profiles:read (finding", "private key"),
        ({"forms:read": NO}, DOUBT, "forms:read (choosing", "private key"),
        ({"flows:read": NO, "profiles:read": NO}, PROBLEM, " and flows:read", "key"),
        ({"forms:read": NO, "flows:read": SILENT}, DOUBT, "forms:read", "private key"),
        ({"segments:read": SILENT}, UNKNOWN, "did not answer", "again"),
    ],
)
def test_the_scopes_of_the_key(
    changed: dict[str, Asked], state: FindingState, says: str, fix: str
) -> None:
    """Only what every method needs is a problem; silence is no refusal."""
    klaviyo = KlaviyoSeen(account=YES, scopes=READ | changed)
    found = klaviyo_scopes.check(given(klaviyo=klaviyo))
    finding = assert_told(found, state, says, fix)
    refused = {name for name, asked in changed.items() if asked is NO}
    assert {seen.value for seen in finding.evidence} == refused


def test_nothing_is_said_of_the_scopes_of_a_key_that_is_refused() -> None:
    """One finding for one cause."""
    klaviyo = KlaviyoSeen(account=NO, scopes=dict.fromkeys(READ, NO))
    assert klaviyo_scopes.check(given(klaviyo=klaviyo)) == []


REFUSED = CredentialsRefused(
    platform="Klaviyo", call="update_profile", status=403, detail="no"
).message
GONE = PlatformNotFound(
    platform="Klaviyo", call="update_profile", status=404, detail="gone"
).message


@pytest.mark.parametrize(
    ("unwritten", "state", "says", "fix"),
    [
        ((), OK, "takes what is written", ""),
        ({"why": REFUSED, "waiting": 3}, PROBLEM, "may not write", "profiles:write"),
        ({"why": GONE, "dead": 1}, DOUBT, "for good", "deleted or merged"),
        ({"why": "status 503", "waiting": 2}, DOUBT, "tried again", "hours"),
    ],
)
def test_writing_to_klaviyo(
    unwritten: Any, state: FindingState, says: str, fix: str
) -> None:
    """A key without profiles:write shows in what waits, with the reason."""
    seen = (UnwrittenSeen(**unwritten, since=NOW),) if unwritten else ()
    evidence = given(klaviyo=KlaviyoSeen(account=YES), unwritten=seen)
    found = assert_told(klaviyo_writes.check(evidence), state, says, fix)
    if unwritten:
        assert found.evidence[0].value == unwritten["why"]


@pytest.mark.parametrize("account", [NO, SILENT, NOT_CONNECTED])
def test_nothing_is_said_for_well_while_klaviyo_does_not_answer(account: Asked) -> None:
    """That nothing is kept back proves nothing then."""
    evidence = given(klaviyo=KlaviyoSeen(account=account))
    assert klaviyo_writes.check(evidence) == []


@pytest.mark.parametrize(
    ("bot", "state", "says", "fix"),
    [
        (Asked(answer=Answer.YES, says="Connected to Hana."), OK, "Hana", ""),
        (NO, PROBLEM, "Refused.", "channel secret"),
        (NOT_CONNECTED, PROBLEM, "Nothing there.", "Connect the LINE Login channel"),
        (SILENT, UNKNOWN, "No answer.", "again"),
    ],
)
def test_the_line_account(bot: Asked, state: FindingState, says: str, fix: str) -> None:
    """LINE's own words, and which of the two things to do."""
    assert_told(line_account.check(given(line=line(bot=bot))), state, says, fix)


@pytest.mark.parametrize(
    ("listed", "state", "says", "fix"),
    [
        (YES, OK, "verified or premium", ""),
        (NO, DOUBT, "does not list", "verified account"),
    ],
)
def test_the_type_of_the_account(
    listed: Asked, state: FindingState, says: str, fix: str
) -> None:
    """An unverified account cannot say who added it before."""
    evidence = given(line=line(lists_followers=listed))
    assert_told(account_type.check(evidence), state, says, fix)


@pytest.mark.parametrize("listed", [None, SILENT, NOT_CONNECTED])
def test_nothing_is_said_of_the_type_where_line_was_not_asked(
    listed: Asked | None,
) -> None:
    """No answer does not make an account unverified."""
    assert account_type.check(given(line=line(lists_followers=listed))) == []


@pytest.mark.parametrize(
    ("changed", "state", "says", "fix"),
    [
        ({}, OK, "to this program", ""),
        ({"webhook_found": None}, PROBLEM, "No webhook URL", OURS),
        ({"webhook_found": "https://tool.test/w?t=1"}, PROBLEM, "another", OURS),
        ({"webhook_active": False}, PROBLEM, '"Use webhook"', "Use webhook"),
        ({"webhook": NO, "webhook_found": None}, PROBLEM, "Refused.", OURS),
        ({"webhook": SILENT, "webhook_found": None}, UNKNOWN, "No answer.", "again"),
    ],
)
def test_the_webhook(
    changed: dict[str, Any], state: FindingState, says: str, fix: str
) -> None:
    """Ours and switched on; what LINE did not tell is not taken for elsewhere."""
    [found] = line_webhook.check(given(line=line(**changed)))
    assert (found.state, says in found.says, fix in found.fix) == (state, True, True)
    assert "?t=1" not in repr(found)


@pytest.mark.parametrize(
    ("called", "state", "says", "fix"),
    [
        (YES, OK, "answered", ""),
        (NO, PROBLEM, "could not reach", "https"),
        (SILENT, UNKNOWN, "did not make", "again"),
    ],
)
def test_the_test_call_of_the_webhook(
    called: Asked, state: FindingState, says: str, fix: str
) -> None:
    """Only LINE's own failure to reach us is a problem."""
    found = webhook_call.check(given(line=line(webhook_call=called)))
    assert_told(found, state, says, fix)


def test_a_webhook_that_is_not_ours_is_not_called() -> None:
    """Its own finding is enough."""
    assert webhook_call.check(given(line=line(webhook_call=None))) == []


@pytest.mark.parametrize(
    ("login", "name", "state", "says", "fix"),
    [
        (None, "line_login", UNKNOWN, "Nobody has logged in", "log in once"),
        ((1, True), "line_login", OK, "share a provider", ""),
        ((1, False), "line_provider", PROBLEM, "different providers", "Make a LINE"),
        ((3, None), "line_provider", DOUBT, "knows nobody", "compare the providers"),
        ((0, None), "line_provider", UNKNOWN, "did not answer", "again"),
    ],
)
def test_what_a_login_proves(
    login: tuple[int, bool | None] | None,
    name: str,
    state: FindingState,
    says: str,
    fix: str,
) -> None:
    """A friend by one channel whom the other does not know is of another provider."""
    seen = login and LoginSeen(at=NOW, people=login[0], same_provider=login[1])
    found = line_login.check(given(line=line(login=seen)))
    assert assert_told(found, state, says, fix).check == name


@pytest.mark.parametrize(
    ("changed", "state", "says", "fix"),
    [
        ({}, OK, "is on", ""),
        ({"integration_on": False}, PROBLEM, "paused", "Switch"),
    ],
)
def test_the_integration(
    changed: dict[str, Any], state: FindingState, says: str, fix: str
) -> None:
    """Paused, with the call that switches it on."""
    found = integration.check(given(shop=shop(**changed)))
    switch_on = Remedy(tool="set_integration", arguments={"on": True})
    remedy = assert_told(found, state, says, fix).remedy
    assert remedy == (switch_on if changed else None)


@pytest.mark.parametrize(
    ("auto_link", "state", "says"),
    [(True, DOUBT, "Only auto-link"), (False, PROBLEM, "No linkage method")],
)
def test_no_method_at_all(auto_link: bool, state: FindingState, says: str) -> None:  # noqa: FBT001 - a row
    """Nobody can be linked; with auto-link alone a few can."""
    bare = shop(methods=frozenset(), auto_link_on=auto_link)
    assert_told(methods.check(given(shop=bare)), state, says, "custom QR code")
    assert methods.check(given()) == []


@pytest.mark.parametrize(
    ("there", "state", "says", "fix"),
    [
        (True, OK, "links to it", ""),
        (False, PROBLEM, "LINE requires", "address of your privacy policy"),
    ],
)
def test_the_privacy_policy(
    there: bool,  # noqa: FBT001 - a row
    state: FindingState,
    says: str,
    fix: str,
) -> None:
    """LINE wants it on the page before the login."""
    evidence = given(shop=shop(has_privacy_policy=there))
    assert_told(privacy_policy.check(evidence), state, says, fix)


@pytest.mark.parametrize(
    ("missing", "used", "state", "says"),
    [
        (None, Method.FORM_LINKAGE, OK, "has the script"),
        ("no Node", Method.FORM_LINKAGE, PROBLEM, "no form shows a link button"),
        ("no Node", Method.QR_LINK, DOUBT, "no form shows a link button"),
    ],
)
def test_the_embed_script(
    missing: str | None, used: Method, state: FindingState, says: str
) -> None:
    """Built without it, an installation shows no link button; some need none."""
    here = shop(script_missing=missing, methods=frozenset({used}))
    fix = "wheel" if missing else ""
    assert_told(embed_script.check(given(shop=here)), state, says, fix)
