"""Klaviyo in a box: one account with visible state, served as the real API answers.

    world = KlaviyoWorld()
    profile_id = world.add_profile(email="hana.sato@mail.test")
    app = klaviyo_app(world)      # ASGI; serve it on any port

It imports no other room, so it cannot share a mistake with the client that talks to it.
"""

from marketing_agent.sandbox.klaviyo.account import Account
from marketing_agent.sandbox.klaviyo.app import klaviyo_app
from marketing_agent.sandbox.klaviyo.calls import Call
from marketing_agent.sandbox.klaviyo.crowd import Crowd
from marketing_agent.sandbox.klaviyo.events import EventDraft, Metric, RecordedEvent
from marketing_agent.sandbox.klaviyo.faults import Fault, Faults
from marketing_agent.sandbox.klaviyo.form_building import ab_test, popup_form
from marketing_agent.sandbox.klaviyo.limits import Limits
from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit, SandboxProfile
from marketing_agent.sandbox.klaviyo.refusals import (
    DuplicateProfile,
    Invalid,
    KlaviyoError,
    NotEmulated,
    NotFound,
)
from marketing_agent.sandbox.klaviyo.webhook_calls import CallMode, Delivery
from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld

__all__ = [
    "Account",
    "Call",
    "CallMode",
    "Crowd",
    "Delivery",
    "DuplicateProfile",
    "EventDraft",
    "Fault",
    "Faults",
    "Invalid",
    "KlaviyoError",
    "KlaviyoWorld",
    "Limits",
    "Metric",
    "NotEmulated",
    "NotFound",
    "PropertyEdit",
    "RecordedEvent",
    "SandboxProfile",
    "ab_test",
    "klaviyo_app",
    "popup_form",
]
