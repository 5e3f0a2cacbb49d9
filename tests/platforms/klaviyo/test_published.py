from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml

from marketing_agent.platforms.klaviyo import tiers
from marketing_agent.platforms.klaviyo.exchange import REVISION
from tests.cassettes import klaviyo_story as story
from tests.cassettes.tape import FOLDER
from tests.sandbox.klaviyo.openapi import Published, published

if TYPE_CHECKING:
    from marketing_agent.platforms.limits import Tier

CASSETTE = yaml.safe_load((FOLDER / story.CASSETTE).read_text(encoding="utf-8"))
REQUESTS = [each["request"] for each in CASSETTE["interactions"]]


def operation_of(document: Published, request: dict[str, Any]) -> tuple[str, Any]:
    """Find the published operation that a request is meant for."""
    path = urlsplit(request["uri"]).path
    for template in document.document["paths"]:
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            return template, document.operation(request["method"], template)
    raise AssertionError(f"{path} is not published")


@pytest.mark.parametrize("request_", REQUESTS)
def test_every_parameter_is_one_that_klaviyo_publishes(
    request_: dict[str, Any],
) -> None:
    """Names, listed values and the revision are those of the OpenAPI document."""
    document = published()
    _, operation = operation_of(document, request_)
    known = {each["name"]: each["schema"] for each in operation["parameters"]}

    assert known["revision"]["default"] == REVISION
    for name, value in parse_qsl(urlsplit(request_["uri"]).query):
        choices = known[name].get("items", {}).get("enum")
        assert choices is None or set(value.split(",")) <= set(choices)


@pytest.mark.parametrize(
    "request_", [each for each in REQUESTS if "filter=" in each["uri"]]
)
def test_every_filter_is_one_that_the_endpoint_allows(
    request_: dict[str, Any],
) -> None:
    """Klaviyo answers any other field or operator with a 400."""
    _, operation = operation_of(published(), request_)
    query = dict(parse_qsl(urlsplit(request_["uri"]).query))
    used = re.match(r"(?P<operator>[a-z-]+)\((?P<field>\w+),", query["filter"])

    assert used is not None
    allowed = operation["x-klaviyo-filters"][used["field"]]["operators"]
    assert used["operator"] in {each for kind in allowed.values() for each in kind}


@pytest.mark.parametrize("request_", [each for each in REQUESTS if each["body"]])
def test_every_body_is_one_that_klaviyo_publishes(request_: dict[str, Any]) -> None:
    """Nothing required is missing and nothing undeclared is sent."""
    document = published()
    template, _ = operation_of(document, request_)
    schema = document.request_schema(request_["method"], template)

    assert document.problems(schema, json.loads(request_["body"]), closed=True) == []


@pytest.mark.parametrize(
    ("tier", "method", "path"),
    [
        (tiers.ACCOUNTS, "GET", "/api/accounts"),
        (tiers.METRICS, "GET", "/api/metrics"),
        (tiers.PROFILES, "GET", "/api/profiles"),
        (tiers.PROFILES, "GET", "/api/profiles/{id}"),
        (tiers.PROFILES, "PATCH", "/api/profiles/{id}"),
        (tiers.EVENTS, "GET", "/api/events"),
        (tiers.EVENTS, "POST", "/api/events"),
        (tiers.BULK, "POST", "/api/profile-bulk-import-jobs"),
        (tiers.BULK, "GET", "/api/profile-bulk-import-jobs/{job_id}"),
        (tiers.BULK, "POST", "/api/event-bulk-create-jobs"),
    ],
)
def test_our_pace_is_the_published_one_and_half_the_minute(
    tier: Tier, method: str, path: str
) -> None:
    """The other half of the minute is left to the merchant's other tools."""
    limit = published().operation(method, path)["x-klaviyo-ratelimit"]
    burst, steady = tier.quotas

    assert burst.calls == max(1, int(limit["burst"].removesuffix("/s")) // 2)
    assert steady.calls == int(limit["steady"].removesuffix("/m")) // 2
    assert (burst.seconds, steady.seconds) == (1.0, 60.0)
