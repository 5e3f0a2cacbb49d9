"""Klaviyo in a box: one account with visible state, served as the real API answers.

    world = KlaviyoWorld()
    profile_id = world.add_profile(email="hana.sato@mail.test")
    app = klaviyo_app(world)      # ASGI; serve it on any port

It imports no other room, so it cannot share a mistake with the client that talks to it.
"""

from marketing_agent.sandbox.klaviyo.account import Account
from marketing_agent.sandbox.klaviyo.app import klaviyo_app
from marketing_agent.sandbox.klaviyo.calls import Call
from marketing_agent.sandbox.klaviyo.events import EventDraft, Metric, RecordedEvent
from marketing_agent.sandbox.klaviyo.faults import Fault, Faults
from marketing_agent.sandbox.klaviyo.limits import Limits
from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit, SandboxProfile
from marketing_agent.sandbox.klaviyo.refusals import (
    DuplicateProfile,
    KlaviyoError,
    NotFound,
)
from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld

__all__ = [
    "Account",
    "Call",
    "DuplicateProfile",
    "EventDraft",
    "Fault",
    "Faults",
    "KlaviyoError",
    "KlaviyoWorld",
    "Limits",
    "Metric",
    "NotFound",
    "PropertyEdit",
    "RecordedEvent",
    "SandboxProfile",
    "klaviyo_app",
]
