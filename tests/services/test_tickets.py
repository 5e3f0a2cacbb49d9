"""Sealed notes: only ours open, only for their purpose, only for their time."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.core.door import Admitted, Gate, Refused
from marketing_agent.core.facts import FactKey, FormId, Method
from marketing_agent.core.match import NamedBy
from marketing_agent.core.signals import EmailAddress, LineUserId, PhoneNumber
from marketing_agent.services import tickets
from marketing_agent.services.tickets import Login, Ticket, TicketExpired, Visitor
from marketing_agent.storage.vault import Keys, Unsealable, Vault

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ADMITTED = Admitted(email=EmailAddress("hana.sato@mail.test"))
VAULT = Vault(Keys(data=[bytes(32)], index=bytes(32)))
HANA = LineUserId("U" + "1" * 32)
TICKET = Ticket(
    id="abc",
    merchant_id=7,
    setting="q2w3e4",
    email=EmailAddress("hana.sato@mail.test"),
    phone=PhoneNumber("+819000000011"),
    expires_at=tickets.in_a_ticket_life(NOW),
)
LOGIN = Login(ticket="sealed", line_user=HANA, is_friend=True, name="はな", at=NOW)
VISITOR = Visitor(
    merchant_id=7,
    line_user=HANA,
    claim=FactKey("qr_link:abc"),
    expires_at=NOW + tickets.VISITOR_LIFE,
)

Opens = Callable[[Vault, str, datetime], Any]
NOTES: list[tuple[str, Any, Opens, timedelta]] = [
    (
        tickets.seal_ticket(VAULT, TICKET),
        TICKET,
        tickets.open_ticket,
        tickets.TICKET_LIFE,
    ),
    (tickets.seal_login(VAULT, LOGIN), LOGIN, tickets.open_login, tickets.LOGIN_LIFE),
    (
        tickets.seal_visitor(VAULT, VISITOR),
        VISITOR,
        tickets.open_visitor,
        tickets.VISITOR_LIFE,
    ),
]


@pytest.mark.parametrize(("sealed", "note", "opened", "life"), NOTES)
def test_a_note_opens_as_it_was_until_it_expires(
    sealed: str, note: object, opened: Opens, life: timedelta
) -> None:
    """At the end of its life it still opens, a second later it is expired."""
    assert opened(VAULT, sealed, NOW) == note
    assert opened(VAULT, sealed, NOW + life) == note
    with pytest.raises(TicketExpired):
        opened(VAULT, sealed, NOW + life + timedelta(seconds=1))


@pytest.mark.parametrize(("sealed", "note", "opened", "life"), NOTES)
def test_a_note_is_good_for_its_purpose_only(
    sealed: str, note: object, opened: Opens, life: timedelta
) -> None:
    """A ticket is no visitor note, a link token no login, and so on."""
    del note, life
    others = {each for each, *_ in NOTES} - {sealed}
    others.add(tickets.seal_link_token(VAULT, "q2w3e4", {"email": "x@mail.test"}))
    for other in others:
        with pytest.raises(Unsealable):
            opened(VAULT, other, NOW)


@pytest.mark.parametrize("sealed", [sealed for sealed, *_ in NOTES])
def test_a_note_is_safe_in_a_url_and_says_nothing(sealed: str) -> None:
    """Only URL-safe characters, no signal in it, and a length that a QR code holds."""
    assert set(sealed) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )
    assert "hana" not in sealed
    assert len(sealed) < 400


def test_two_openings_of_one_link_are_two_tickets() -> None:
    """Ids are random, and sealing the same twice gives different texts."""
    new = [tickets.new_ticket(Method.QR_LINK, 7, "q", ADMITTED, NOW) for _ in range(99)]

    assert len({ticket.id for ticket in new}) == 99
    assert tickets.seal_ticket(VAULT, TICKET) != tickets.seal_ticket(VAULT, TICKET)


def test_a_ticket_of_a_form_opens_as_it_was() -> None:
    """It knows its method, its setting, when it was submitted and who confirms it."""
    ticket = tickets.new_ticket(
        Method.FORM_LINKAGE,
        7,
        "f2w3e4",
        ADMITTED,
        NOW,
        named="01ABC",
        named_by=NamedBy.KX,
        submitted=NOW - timedelta(minutes=5),
        confirmed_by=FormId("XyZ123"),
    )
    sealed = tickets.seal_ticket(VAULT, ticket)

    assert tickets.open_ticket(VAULT, sealed, NOW) == ticket
    assert ticket.claim == f"form_linkage:{ticket.id}"


def test_a_ticket_from_before_there_were_forms_still_opens() -> None:
    """A customer who is on the way while the program is updated arrives."""
    old = (
        '{"id":"abc","merchant_id":7,"slug":"q2w3e4","email":"hana.sato@mail.test",'
        '"phone":"+819000000011","expires_at":"2026-11-24T09:00:00Z"}'
    )
    sealed = VAULT.seal_text(old, purpose="ticket")

    assert tickets.open_ticket(VAULT, sealed, NOW) == TICKET
    assert TICKET.claim == "qr_link:abc"


def test_a_refusal_at_the_door_travels_with_the_ticket() -> None:
    """The verdict that was given when the link was opened is the one that counts."""
    refused = Refused(row=4, why=Gate.SETTING_REMOVED)
    ticket = tickets.new_ticket(Method.QR_LINK, 7, "q", refused, NOW)
    sealed = tickets.seal_ticket(VAULT, ticket)
    assert tickets.open_ticket(VAULT, sealed, NOW).refused == refused


def test_a_link_token_belongs_to_its_qr_code() -> None:
    """Moved to another custom QR code's address it opens nothing."""
    sealed = tickets.seal_link_token(VAULT, "q2w3e4", {"email": "x@mail.test"})
    opened = tickets.open_link_token(VAULT, "q2w3e4", sealed)
    assert opened == {"email": "x@mail.test"}
    with pytest.raises(Unsealable):
        tickets.open_link_token(VAULT, "other2", sealed)


def test_another_installation_opens_nothing() -> None:
    """Whoever has other keys has no notes."""
    foreign = Vault(Keys(data=[os.urandom(32)], index=os.urandom(32)))
    for sealed, _, opened, _ in NOTES:
        with pytest.raises(Unsealable):
            opened(foreign, sealed, NOW)


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: raw.hex()))
def test_any_other_text_is_unsealable(text: str) -> None:
    """Nothing that a stranger writes into a URL has another end."""
    for opened in (tickets.open_ticket, tickets.open_login, tickets.open_visitor):
        with pytest.raises(Unsealable):
            opened(VAULT, text, NOW)
    with pytest.raises(Unsealable):
        tickets.open_link_token(VAULT, "q2w3e4", text)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_one_changed_byte_breaks_the_seal(place: int, change: int) -> None:
    """Every byte of a sealed note counts: key id, nonce, text and tag."""
    sealed = VAULT.seal(b"for Hana", purpose="ticket")
    broken = bytearray(sealed)
    broken[place % len(sealed)] ^= change
    with pytest.raises(Unsealable):
        VAULT.open(bytes(broken), purpose="ticket")


def test_every_ticket_has_its_own_state_nonce_and_verifier() -> None:
    """They fit LINE's rules: hex, and a verifier of 43 to 128 characters."""
    sealed = [tickets.seal_ticket(VAULT, TICKET) for _ in range(50)]
    attempts = [tickets.login_attempt(VAULT, each) for each in sealed]
    values = [(a.state, a.nonce, a.code_verifier) for a in attempts]
    marks = {tickets.browser_mark(VAULT, each) for each in sealed}

    assert len({value for each in values for value in each} | marks) == 200
    for state, nonce, verifier in values:
        assert len(state) == len(nonce) == 32
        assert 43 <= len(verifier) <= 128
        int(state + nonce + verifier, 16)


def test_notes_do_not_show_the_person_when_printed() -> None:
    """What lands in a log by accident carries no address, number or name."""
    shown = f"{TICKET!r} {LOGIN!r} {VISITOR!r}"
    for text in ("hana.sato", "+8190", "はな"):
        assert text not in shown
