"""Merge variables of a Klaviyo email: `{{ email }}`, `{{ person.x|default:'' }}`, ...

Django-like, as Klaviyo's help describes its tags. A value is placed as it is: no
URL-encoding, no HTML-escaping. An unknown variable prints nothing. `urlencode` is
Django's; that Klaviyo has it is not verified.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from marketing_agent.sandbox.shop.customers import Customer

_TAG = re.compile(r"\{\{(.*?)\}\}")
_NAME = re.compile(r"[A-Za-z_][\w$]*(\.[\w$]+)*")
_FILTER = re.compile(
    r"""\s*\|\s*(?P<name>\w+)(?:\s*:\s*(?:'(?P<one>[^']*)'|"(?P<two>[^"]*)"))?\s*"""
)

Variables = Mapping[str, object]


class MergeError(Exception):
    """A tag that the email tool would refuse to save."""


def variables(customer: Customer, organization: Mapping[str, str]) -> Variables:
    """What an email to this customer can name. Missing values are missing keys."""
    names = (customer.first_name, customer.last_name)
    person = {
        "email": customer.email,
        "phone_number": customer.phone,
        "KlaviyoID": customer.id,
        "id": customer.external_id,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "full_name": " ".join(name for name in names if name),
        **customer.properties,
    }
    known = {name: value for name, value in person.items() if value not in (None, "")}
    top = {name: known[name] for name in _TOP_LEVEL if name in known}
    return {**top, "person": known, "organization": organization}


def render(template: str, known: Variables) -> str:
    """Fill in every tag; raises MergeError for a tag that is no expression."""
    return _TAG.sub(lambda tag: _text(_value(tag[1].strip(), known)), template)


def check(template: str) -> None:
    """Raise MergeError if an email with this template could not be saved."""
    render(template, {})


def _value(expression: str, known: Variables) -> object:
    name = _NAME.match(expression)
    if name is None:
        raise MergeError(f"{{{{ {expression} }}}} names no variable")
    value = _look_up(name[0], known)
    at = name.end()
    while at < len(expression):
        found = _FILTER.match(expression, at)
        if found is None or found["name"] not in _FILTERS:
            raise MergeError(f"{{{{ {expression} }}}} cannot be read")
        argument = found["one"] if found["one"] is not None else found["two"]
        value = _FILTERS[found["name"]](value, argument or "")
        at = found.end()
    return value


def _look_up(path: str, known: Variables) -> object:
    value: object = known
    for name in path.split("."):
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return value


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _lookup(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, Mapping) else None


_TOP_LEVEL = ("email", "first_name", "last_name")
_FILTERS: Mapping[str, Callable[[object, str], object]] = {
    "default": lambda value, fallback: value or fallback,
    "lookup": _lookup,
    "urlencode": lambda value, safe: quote(_text(value), safe=safe or "/"),
    "upper": lambda value, _: _text(value).upper(),
    "lower": lambda value, _: _text(value).lower(),
    "title": lambda value, _: _text(value).title(),
}
