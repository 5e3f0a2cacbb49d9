"""The installation's keys: made once, for its owner's eyes, never made up twice."""

from __future__ import annotations

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from marketing_agent.core.errors import SetupMissing
from marketing_agent.settings import Settings
from marketing_agent.storage.vault import Keys, Unsealable, Vault, new_key
from marketing_agent.wiring import keys
from marketing_agent.wiring.keys import KeysDamaged, installation_keys

if TYPE_CHECKING:
    from pathlib import Path

NONE_GIVEN = Settings.model_construct()


def _given(**texts: str) -> Settings:
    secrets = {name: SecretStr(text) for name, text in texts.items()}
    return Settings.model_construct(**secrets)


def test_keys_are_made_once_and_kept(tmp_path: Path) -> None:
    """The second start finds those of the first, and they are three different ones."""
    first = installation_keys(NONE_GIVEN, tmp_path)
    again = installation_keys(NONE_GIVEN, tmp_path)

    assert first == again
    assert len({first.token, first.vault.index, *first.vault.data}) == 3
    assert [each.name for each in tmp_path.iterdir()] == ["keys.json"]


def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    """Whatever the umask allows, the file is 0600 from its first moment."""
    before = os.umask(0)
    try:
        installation_keys(NONE_GIVEN, tmp_path)
    finally:
        os.umask(before)
    mode = (tmp_path / "keys.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_those_who_start_together_agree(tmp_path: Path) -> None:
    """Web and workers on a fresh folder end up with the same keys, and one file."""
    start = Barrier(8)

    def made() -> bytes:
        start.wait()
        return installation_keys(NONE_GIVEN, tmp_path).token

    with ThreadPoolExecutor(8) as pool:
        tokens = {each.result() for each in [pool.submit(made) for _ in range(8)]}

    assert len(tokens) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["keys.json"]


def test_who_comes_second_takes_the_keys_of_the_first(tmp_path: Path) -> None:
    """Found missing a moment ago, there by now: the file is never replaced."""
    first = installation_keys(NONE_GIVEN, tmp_path)
    keys._make(tmp_path / "keys.json")

    assert installation_keys(NONE_GIVEN, tmp_path) == first
    assert [each.name for each in tmp_path.iterdir()] == ["keys.json"]


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"DATA_KEY": "x"}',
        b'{"DATA_KEY": null, "INDEX_KEY": 1, "TOKEN_KEY": []}',
    ],
)
def test_damaged_keys_are_never_replaced(tmp_path: Path, damage: bytes) -> None:
    """New keys would open nothing that is stored: the start stops and says so."""
    file = tmp_path / "keys.json"
    file.write_bytes(damage)

    with pytest.raises(SetupMissing) as refusal:
        installation_keys(NONE_GIVEN, tmp_path)
    assert isinstance(refusal.value, KeysDamaged) or "KEY" in refusal.value.message
    assert file.read_bytes() == damage


def test_a_key_of_the_settings_goes_before_the_kept_one(tmp_path: Path) -> None:
    """What is given counts; what is not given is the kept one, as before."""
    kept = installation_keys(NONE_GIVEN, tmp_path)
    given = installation_keys(_given(token_key=new_key()), tmp_path)

    assert given.token != kept.token
    assert given.vault == kept.vault


@pytest.mark.parametrize("lacking", ["data_key", "index_key", "token_key"])
def test_with_a_database_elsewhere_every_key_is_demanded(lacking: str) -> None:
    """Each process would otherwise make up its own; the missing one is named."""
    given = {name: new_key() for name in ("data_key", "index_key", "token_key")}
    installation_keys(_given(**given), None)
    del given[lacking]

    with pytest.raises(SetupMissing, match=lacking.upper()):
        installation_keys(_given(**given), None)


@pytest.mark.parametrize("text", ["x", "a" * 43, "a" * 100, "é", "!" * 44, " "])
def test_a_key_that_is_none_is_named_and_not_shown(text: str) -> None:
    """A wrong length or alphabet stops the start; the message does not repeat it."""
    rest = {name: new_key() for name in ("index_key", "token_key")}
    with pytest.raises(SetupMissing, match="DATA_KEY") as refusal:
        installation_keys(_given(**rest, data_key=text), None)
    assert len(text.strip()) < 2 or text not in refusal.value.message


def test_the_older_data_key_after_a_comma_still_opens() -> None:
    """Rotation: the first key seals, all of them open, and only those."""
    rest = {"index_key": new_key(), "token_key": new_key()}
    old, new = new_key(), new_key()
    before = Vault(installation_keys(_given(**rest, data_key=old), None).vault)
    both = installation_keys(_given(**rest, data_key=f"{new},{old}"), None).vault
    after = Vault(Keys(data=both.data[:1], index=both.index))

    sealed = before.seal(b"secret", purpose="test")
    assert Vault(both).open(sealed, purpose="test") == b"secret"
    assert after.open(Vault(both).seal(b"x", purpose="test"), purpose="test") == b"x"
    with pytest.raises(Unsealable):
        after.open(sealed, purpose="test")


def test_keys_are_kept_as_text_that_can_be_backed_up(tmp_path: Path) -> None:
    """The file's names are those of the settings: copied there, they mean the same."""
    kept = installation_keys(NONE_GIVEN, tmp_path)
    file = json.loads((tmp_path / "keys.json").read_text(encoding="utf-8"))
    settings = _given(**{name.lower(): text for name, text in file.items()})

    assert installation_keys(settings, None) == kept
