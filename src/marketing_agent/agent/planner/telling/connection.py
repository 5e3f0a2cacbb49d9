"""The set-up check: what is connected, what is missing, and the fix."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.telling.told import Told
from marketing_agent.services.setup_check import CheckState, SetupCheck
from marketing_agent.toolbox.setup_tools import SetupReport

if TYPE_CHECKING:
    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.turn import Turn

_URL: Final = re.compile(r"https?://[^\s;]+")
_UNTRIED: Final = {"test_login": CheckState.UNKNOWN}
"""The state that a check's own words are about, where it is not `missing`."""
_BROKEN: Final = (CheckState.MISSING, CheckState.FAILED)
_CAN_WAIT: Final = frozenset({"embed_script", "import", "privacy_policy"})
"""What has to be set right before customers come, but not before the set-up."""


def checked(turn: Turn, came: Came) -> Told:
    """The findings, the missing ones with their fix."""
    checks = checks_of(came)
    broken = unfinished(checks)
    lines = [_line(turn, each) for each in checks]
    key = "setup.not_connected" if broken else "setup.connected"
    next_up = ("check_setup",) if broken else ("setup", "create_qr_link")
    return Told(text="\n".join([turn.say(key), *lines]), quick=turn.quick(*next_up))


def checks_of(came: Came) -> list[SetupCheck]:
    """The checks of a result. Raises Pydantic's ValidationError."""
    return SetupReport.model_validate(came.data).checks


def unfinished(checks: list[SetupCheck]) -> list[SetupCheck]:
    """Those that somebody has to set right before going on."""
    return [each for each in checks if each.state in _BROKEN]


def blocking(checks: list[SetupCheck]) -> list[SetupCheck]:
    """Those without which a set-up makes no sense."""
    return [each for each in unfinished(checks) if _name(each) not in _CAN_WAIT]


def _line(turn: Turn, check: SetupCheck) -> str:
    what = _what(turn, check)
    if check.state is CheckState.OK:
        return turn.say("setup.line_ok", what=what)
    key = "setup.line_open" if check.state is CheckState.UNKNOWN else "setup.line_not"
    return turn.say(key, what=what, says=_says(turn, check), fix=_fix(turn, check))


def _what(turn: Turn, check: SetupCheck) -> str:
    key = f"checks.{_name(check)}"
    if turn.wording.has(key):
        return turn.say(key)
    return f"{check.platform} {check.what}"


def _says(turn: Turn, check: SetupCheck) -> str:
    """A known finding in the merchant's language; any other answer as it came."""
    key = f"checks.{_name(check)}_says"
    is_known = check.state is _UNTRIED.get(_name(check), CheckState.MISSING)
    return turn.say(key) if is_known and turn.wording.has(key) else turn.own(check.says)


def _fix(turn: Turn, check: SetupCheck) -> str:
    key, url = f"checks.{_name(check)}_fix", _URL.search(check.fix)
    is_other = check.state is not _UNTRIED.get(_name(check), check.state)
    lacks_url = _name(check) == "webhook" and url is None
    if not turn.wording.has(key) or is_other or lacks_url:
        return turn.own(check.fix)
    return turn.say(key, url=url[0] if url else "")


def _name(check: SetupCheck) -> str:
    return check.what.lower().replace(" ", "_")
