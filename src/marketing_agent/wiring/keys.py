"""The installation's three keys: from the settings, else kept in the data folder."""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from marketing_agent.core.errors import SetupMissing
from marketing_agent.storage.vault import Keys, new_key, read_key

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import SecretStr

    from marketing_agent.settings import Settings

_FILE: Final = "keys.json"
_NAMES: Final = ("DATA_KEY", "INDEX_KEY", "TOKEN_KEY")


class KeysDamaged(SetupMissing):
    """The keys in {file} cannot be read. Restore the file from your backup.

    New keys could not open what is stored.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationKeys:
    """What encrypts, hashes and signs."""

    vault: Keys
    token: bytes


def installation_keys(settings: Settings, folder: Path | None) -> InstallationKeys:
    """The keys of the settings; missing ones are made once and kept in `folder`.

    With a database elsewhere (`folder` is None) nothing is made up: every process of
    the installation has to be given the same keys. Raises SetupMissing, KeysDamaged.
    """
    given = dict(
        zip(
            _NAMES,
            (settings.data_key, settings.index_key, settings.token_key),
            strict=True,
        )
    )
    if folder is not None:
        kept = _kept(folder)
        return _keys({name: _text(given[name]) or kept[name] for name in _NAMES})
    texts = {name: _text(value) for name, value in given.items()}
    missing = [name for name, text in texts.items() if not text]
    if missing:
        raise SetupMissing(
            what=" and ".join(missing),
            fix="With DATABASE_URL, give every process the same keys; "
            "`marketing-agent doctor --new-key` prints one.",
        )
    return _keys(texts)


def _keys(texts: dict[str, str]) -> InstallationKeys:
    data = [read_key(each, name="DATA_KEY") for each in texts["DATA_KEY"].split(",")]
    index = read_key(texts["INDEX_KEY"], name="INDEX_KEY")
    token = read_key(texts["TOKEN_KEY"], name="TOKEN_KEY")
    return InstallationKeys(vault=Keys(data=data, index=index), token=token)


def _text(value: SecretStr | None) -> str:
    return "" if value is None else value.get_secret_value()


def _kept(folder: Path) -> dict[str, str]:
    """Read the kept keys; the first process to come makes them, for itself to read."""
    file = folder / _FILE
    if not file.exists():
        _make(file)
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return {name: str(kept[name]) for name in _NAMES}
    except (ValueError, KeyError, TypeError) as error:
        raise KeysDamaged(file=file) from error


def _make(file: Path) -> None:
    """Written whole before it gets its name: nobody ever reads half of it."""
    draft = file.with_name(f".{_FILE}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        json.dump({name: new_key() for name in _NAMES}, opened)
        opened.flush()
        os.fsync(opened.fileno())
    # Another process may have been first: a link never replaces its file.
    with suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()
