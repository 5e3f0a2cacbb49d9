"""Klaviyo's filter grammar.

    filter    := condition {"," condition} | "and(" condition {"," condition} ")"
    condition := operator "(" field ["," value] ")"
    value     := "text" | 'text' | number | true | false | instant | "[" value,... "]"

Text in double quotes is escaped as in JSON, as the official SDK does.
Instants stand bare, in ISO 8601 with an offset. Every endpoint allows its own fields
and operators and refuses the rest with a 400 (`x-klaviyo-filters` in the published
OpenAPI).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from marketing_agent.sandbox.klaviyo.refusals import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Value: TypeAlias = str | float | bool | datetime
Operand: TypeAlias = Value | tuple[Value, ...] | None

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<mark>[()\[\],])
      | (?P<word>[^\s()\[\],"']+)
    )""",
    re.VERBOSE,
)
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "greater-than": lambda left, right: left > right,
    "greater-or-equal": lambda left, right: left >= right,
    "less-than": lambda left, right: left < right,
    "less-or-equal": lambda left, right: left <= right,
}

_PARTS_OF_TEXT: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "starts-with": str.startswith,
    "ends-with": str.endswith,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What a filter may do with one field.

    `kind` is the type of its value. `canonical` is applied to text on both sides.
    `equals_a_list`: the OpenAPI shows `equals(name,['example'])` for it, so `equals`
    takes a list like `any` (and a single value too, which the OpenAPI does not rule
    out).
    """

    operators: frozenset[str]
    kind: type[str | float | bool | datetime] = str
    canonical: Callable[[str], str] = str
    equals_a_list: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition, checked against what the endpoint allows."""

    field: str
    operator: str
    operand: Operand

    @property
    def values(self) -> tuple[Value, ...]:
        """The operand as a tuple, whether one value or a list."""
        if self.operand is None:
            return ()
        return self.operand if isinstance(self.operand, tuple) else (self.operand,)

    def holds(self, actual: Value | None) -> bool:
        """Whether a field with this value satisfies the condition; none never does."""
        if actual is None:
            return False
        if self.operator in _COMPARISONS:
            compare = _COMPARISONS[self.operator]
            return compare(_number(actual), _number(self.values[0]))
        if self.operator in _PARTS_OF_TEXT:
            return _PARTS_OF_TEXT[self.operator](str(actual), str(self.values[0]))
        return actual in self.values


def parse(
    text: str | None, allowed: Mapping[str, Field], now: datetime
) -> tuple[Condition, ...]:
    """Read the conditions of a `filter` parameter; all of them must hold.

    Raises:
        Invalid: bad grammar, a field or operator that is not allowed, a value of
            the wrong type, or `greater-than` an instant in the future (seen at
            Klaviyo: airbyte issue 27498).

    """
    if not text:
        return ()
    conditions = _Parser(text).conditions()
    return tuple(_checked(condition, allowed, now) for condition in conditions)


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def conditions(self) -> list[Condition]:
        wrapped = re.match(r"\s*and\s*\(", self._text)
        self._at = wrapped.end() if wrapped else 0
        found = [self._condition()]
        while self._peek() == ",":
            self._expect(",")
            found.append(self._condition())
        if wrapped:
            self._expect(")")
        if self._text[self._at :].strip():
            raise _bad_filter(f"unexpected text after position {self._at}")
        return found

    def _condition(self) -> Condition:
        operator = self._take("word")
        self._expect("(")
        field = self._take("word")
        operand: Operand = None
        if self._peek() == ",":
            self._expect(",")
            operand = self._operand()
        self._expect(")")
        return Condition(field=field, operator=operator, operand=operand)

    def _operand(self) -> Operand:
        if self._peek() != "[":
            return self._value()
        self._expect("[")
        values = [self._value()]
        while self._peek() == ",":
            self._expect(",")
            values.append(self._value())
        self._expect("]")
        return tuple(values)

    def _value(self) -> Value:
        token = self._next()
        if token["text"]:
            return _unquoted(token["text"])
        if token["word"]:
            return _bare(token["word"])
        raise _bad_filter(f"a value is missing at position {self._at}")

    def _next(self) -> re.Match[str]:
        token = _TOKEN.match(self._text, self._at)
        if token is None:
            raise _bad_filter(f"cannot be read at position {self._at}")
        self._at = token.end()
        return token

    def _peek(self) -> str | None:
        token = _TOKEN.match(self._text, self._at)
        return token["mark"] if token else None

    def _take(self, group: str) -> str:
        found = self._next()[group]
        if not found:
            raise _bad_filter(f"a name is missing at position {self._at}")
        return str(found)

    def _expect(self, mark: str) -> None:
        if self._next()["mark"] != mark:
            raise _bad_filter(f"expected {mark} at position {self._at}")


def _unquoted(text: str) -> str:
    if text.startswith("'"):
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    try:
        return str(json.loads(text, strict=False))
    except ValueError:
        raise _bad_filter(f"bad escape in {text}") from None


def _bare(word: str) -> Value:
    if word in ("true", "false"):
        return word == "true"
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", word):
        return float(word)
    try:
        instant = datetime.fromisoformat(word)
    except ValueError:
        raise _bad_filter(f"text must stand in quotes: {word}") from None
    if instant.tzinfo is None:
        raise _bad_filter(f"an instant needs an offset: {word}")
    return instant


def _checked(
    condition: Condition, allowed: Mapping[str, Field], now: datetime
) -> Condition:
    name, operator = condition.field, condition.operator
    field = allowed.get(name)
    if field is None:
        raise _bad_filter(f"'{name}' is not a filterable field for the resource")
    if operator not in field.operators:
        raise _bad_filter(f"'{operator}' is not a filterable operator for '{name}'")
    listed = isinstance(condition.operand, tuple)
    either = operator == "equals" and field.equals_a_list
    if not either and (operator == "any") is not listed:
        raise _bad_filter(f"'{operator}' of '{name}' has the wrong number of values")
    if not condition.values:
        raise _bad_filter(f"'{operator}' of '{name}' needs a value")
    values = tuple(_typed(name, field, value) for value in condition.values)
    latest = now.timestamp()
    if operator.startswith("greater") and any(_number(v) > latest for v in values):
        raise _bad_filter(f"'{name}' must not be compared with the future")
    operand = values if listed else values[0]
    return Condition(field=name, operator=operator, operand=operand)


def _typed(name: str, field: Field, value: Value) -> Value:
    if not isinstance(value, field.kind):
        raise _bad_filter(f"a value of '{name}' has the wrong type")
    return field.canonical(value) if isinstance(value, str) else value


def _number(value: Value) -> float:
    return value.timestamp() if isinstance(value, datetime) else float(value)


def _bad_filter(why: str) -> Invalid:
    return Invalid(f"Invalid filter provided: {why}.", parameter="filter")
