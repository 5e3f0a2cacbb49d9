from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml

from tests.cassettes import line_story as story
from tests.cassettes.tape import FOLDER
from tests.contracts.line_spec import differences, document

CASSETTE = yaml.safe_load((FOLDER / story.CASSETTE).read_text(encoding="utf-8"))
REQUESTS = [each["request"] for each in CASSETTE["interactions"]]


def requests_below(prefix: str) -> list[dict[str, Any]]:
    """Give the recorded requests below a path; LINE Login is in no document."""
    return [each for each in REQUESTS if urlsplit(each["uri"]).path.startswith(prefix)]


def operation_of(name: str, request: dict[str, Any]) -> dict[str, Any]:
    """Find the published operation that a request is meant for."""
    path = urlsplit(request["uri"]).path
    for template, operations in document(name)["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            operation: dict[str, Any] = operations[request["method"].lower()]
            return operation
    raise AssertionError(f"{path} is not published")


@pytest.mark.parametrize("request_", requests_below("/v2/bot"))
def test_every_messaging_call_is_one_that_line_publishes(
    request_: dict[str, Any],
) -> None:
    """Path and method exist, and a body is of the published shape."""
    operation = operation_of("messaging-api.yml", request_)

    if request_["body"]:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        sent = json.loads(request_["body"])
        assert differences("messaging-api.yml", schema, sent) == []


@pytest.mark.parametrize("request_", requests_below("/oauth2/v3/token"))
def test_a_channel_token_is_asked_for_as_line_publishes(
    request_: dict[str, Any],
) -> None:
    """The form is the one with client id and secret, whole and with nothing beside."""
    name = "channel-access-token.yml"
    content = operation_of(name, request_)["requestBody"]["content"]
    assert request_["headers"]["content-type"] == list(content)
    schemas = document(name)["components"]["schemas"]
    published = schemas["IssueStatelessChannelTokenByClientSecretRequest"]

    sent = dict(parse_qsl(request_["body"]))

    assert sent.keys() == published["properties"].keys()
    assert sent["grant_type"] in published["properties"]["grant_type"]["enum"]
