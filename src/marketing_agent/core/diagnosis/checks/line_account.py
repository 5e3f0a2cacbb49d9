"""Whether LINE accepts our Messaging API channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.core.diagnosis.evidence import Answer
from marketing_agent.core.diagnosis.questions import finding_of

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.evidence import Evidence
    from marketing_agent.core.diagnosis.findings import Finding


def check(evidence: Evidence) -> list[Finding]:
    """The account answers, or says why not."""
    if evidence.line is None:
        return []
    bot = evidence.line.bot
    fix = "Check the channel ID and the channel secret of the Messaging API channel."
    if bot.answer is Answer.NOT_CONNECTED:
        fix = "Connect the LINE Login channel and the Messaging API channel."
    return [finding_of("line_account", bot, fix=fix)]
