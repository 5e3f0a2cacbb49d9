"""LINE in a box: login, friendship, messages and signed webhooks, with seedable state.

`LineWorld` is the state, `line_app(world)` serves it over HTTP. It answers as
`line/line-openapi` and the LINE Login v2.1 reference say, and shares no code with the
clients that are tested against it.
"""

from marketing_agent.sandbox.line.accounts import (
    SESSION_COOKIE,
    AccountType,
    Bot,
    Channel,
    Friendship,
    LineUser,
)
from marketing_agent.sandbox.line.app import line_app
from marketing_agent.sandbox.line.errors import UnknownLineUser
from marketing_agent.sandbox.line.faults import Fault, FaultKind, LoginFaults
from marketing_agent.sandbox.line.followers import Crowd
from marketing_agent.sandbox.line.traffic import Call
from marketing_agent.sandbox.line.webhooks import Delivery, WebhookMode
from marketing_agent.sandbox.line.world import LineWorld, SentMessage

__all__ = [
    "SESSION_COOKIE",
    "AccountType",
    "Bot",
    "Call",
    "Channel",
    "Crowd",
    "Delivery",
    "Fault",
    "FaultKind",
    "Friendship",
    "LineUser",
    "LineWorld",
    "LoginFaults",
    "SentMessage",
    "UnknownLineUser",
    "WebhookMode",
    "line_app",
]
