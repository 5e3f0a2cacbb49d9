"""What the program writes to its logs while everything happens."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import structlog

from marketing_agent.sandbox.klaviyo import Fault
from marketing_agent.sandbox.klaviyo.faults import Answer
from marketing_agent.sandbox.seed import PERSONAS
from tests.house import BOTH, HANA, KENTA

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from tests.house import House


@contextmanager
def _listening() -> Iterator[list[Any]]:
    """Hear every structlog event, whatever its level."""
    with structlog.testing.capture_logs() as heard:
        yield heard


async def _a_busy_day(house: House) -> list[str]:
    """Links, refusals, an outage and strangers; gives the tokens that were used."""
    qr_link = await house.email_everyone(BOTH)
    url = qr_link["linking_url"].split("?")[0]
    await house.join(HANA)
    await house.linked(HANA)
    house.stage.klaviyo.faults.add(Fault(effect=Answer(503), times=2))
    mixed = f"{url}?email={KENTA.email}&phone={HANA.phone}".replace("+", "%2B")
    await house.join(KENTA, url=mixed)
    await house.stands(KENTA, "mismatch_refused")
    await house.read("check_setup")
    await house.write("unlink_friend", {"line_user_id": HANA.line_user_id})
    await house.settled()

    token = house.program.tokens.token_for(house.caller())
    for path in ("/api/v1/approvals", "/line/webhook/guess", "/link/confirm"):
        body = f'{{"tool": "{HANA.email}", "login": "{HANA.phone}"}}'
        bearer = {"Authorization": f"Bearer {token}", "x-line-signature": "guess"}
        await house.http.post(path, content=body, headers=bearer)
    house.fails(where="/oauth2/v2.1/token", times=1)
    await house.join(PERSONAS[2], url=f"{url}?email={PERSONAS[2].email}")
    return [token]


def _said(records: list[logging.LogRecord]) -> list[str]:
    formatter = logging.Formatter("%(name)s %(message)s %(exc_text)s")
    return [formatter.format(record) for record in records]


async def test_no_log_line_names_a_person_or_a_credential(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither our events nor those of any library, at INFO, over a whole day."""
    caplog.set_level(logging.INFO)
    with _listening() as heard:
        tokens = await _a_busy_day(house)
    everything = "\n".join([*map(repr, heard), *_said(caplog.records)])

    # The test is worth something: the outage was noticed and told.
    assert heard
    for person in PERSONAS:
        for text in (person.email, person.phone[1:], person.line_name):
            assert text not in everything
            assert text.replace("@", "%40") not in everything
    settings, line = house.settings, house.stage.line
    for secret in (settings.data_key, settings.index_key, settings.token_key):
        assert secret is not None
        assert secret.get_secret_value() not in everything
    channels = (line.login_channel.secret, line.messaging_channel.secret)
    for text in (house.stage.klaviyo.private_key, *channels, *tokens):
        assert text not in everything
    assert "Bearer" not in everything
