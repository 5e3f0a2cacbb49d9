"""Klaviyo's merge tags, as far as a webhook body needs them.

Django-like and case-sensitive: `{{ email }}`, `{{ person.KlaviyoID }}`,
`{{ person.phone_number|default:'' }}`, `{{ person|lookup:'LINE User ID' }}`,
`{{ event.form_id }}`, `{{ organization.name }}`. `{{ person.id }}` is the external id.
What is missing prints nothing. Values go in as they are: whether Klaviyo escapes them
for JSON is not documented.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from marketing_agent.sandbox.klaviyo.refusals import NotEmulated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.sandbox.klaviyo.account import Account
    from marketing_agent.sandbox.klaviyo.profiles import SandboxProfile

_TAG = re.compile(r"\{\{\s*(.*?)\s*\}\}")
_FILTER = re.compile(r"(default|lookup):(?:'([^']*)'|\"([^\"]*)\")")


def rendered(text: str, context: Mapping[str, Any]) -> str:
    """Put the values of the tags in.

    Raises:
        NotEmulated: a filter other than `default` and `lookup`.

    """
    return _TAG.sub(lambda tag: _shown(_value(tag[1], context)), text)


def context_of(
    profile: SandboxProfile, account: Account, event: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Give the variables of a profile; `event` is known in metric flows only."""
    names = (profile.first_name, profile.last_name)
    person = {
        **profile.properties,
        "KlaviyoID": profile.id,
        "id": profile.external_id,
        "email": profile.email,
        "phone_number": profile.phone_number,
        "first_name": profile.first_name,
        "last_name": profile.last_name,
        "full_name": " ".join(name for name in names if name),
    }
    return {
        "email": profile.email,
        "first_name": profile.first_name,
        "last_name": profile.last_name,
        "person": person,
        "event": dict(event or {}),
        "organization": {"name": account.organization, "url": account.website_url},
    }


def _value(expression: str, context: Mapping[str, Any]) -> Any:
    path, *filters = (part.strip() for part in expression.split("|"))
    value: Any = context
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    for written in filters:
        value = _filtered(value, written)
    return value


def _filtered(value: Any, written: str) -> Any:
    known = _FILTER.fullmatch(written)
    if not known:
        raise NotEmulated(f"The template filter {written}.")
    argument = known[2] if known[2] is not None else known[3]
    if known[1] == "lookup":
        return value.get(argument) if isinstance(value, dict) else None
    return value or argument


def _shown(value: Any) -> str:
    return "" if value is None else str(value)
