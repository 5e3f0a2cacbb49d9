"""Klaviyo's rate limit tiers (OpenAPI `x-klaviyo-ratelimit`, revision 2026-07-15).

All private keys of an account share one quota, so of the steady minute we take half
and leave the rest to the merchant's other tools. Of the burst too: a window of
Klaviyo's that begins between two of ours sees both.
"""

from __future__ import annotations

from typing import Final

from marketing_agent.platforms.limits import Quota, Tier


def _tier(name: str, *, burst: int, steady: int) -> Tier:
    second = Quota(calls=max(1, burst // 2), seconds=1.0)
    minute = Quota(calls=steady // 2, seconds=60.0)
    return Tier(name=f"klaviyo-{name}", quotas=(second, minute))


ACCOUNTS = _tier("accounts", burst=1, steady=15)
METRICS = _tier("metrics", burst=10, steady=150)
PROFILES = _tier("profiles", burst=75, steady=750)
EVENTS = _tier("events", burst=350, steady=3500)
FORMS = _tier("forms", burst=3, steady=60)
FLOWS = _tier("flows", burst=3, steady=60)
SEGMENTS = _tier("segments", burst=75, steady=750)
MEMBERS = _tier("segment-members", burst=75, steady=750)
PROFILE_COUNT = _tier("profile-count", burst=1, steady=15)
BULK = _tier("bulk-jobs", burst=10, steady=150)

ALL: Final = (
    *(ACCOUNTS, METRICS, PROFILES, EVENTS, FORMS),
    *(FLOWS, SEGMENTS, MEMBERS, PROFILE_COUNT, BULK),
)
