"""Settings from the environment and a file, without showing what is secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr, ValidationError

from marketing_agent.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "c2VjcmV0IGtleSBvZiB0aGUgaW5zdGFsbGF0aW9uIQ=="


def test_a_fresh_machine_needs_no_setting(tmp_path: Path) -> None:
    """Everything has a default, and the platforms are the real ones over https."""
    settings = Settings(_env_file=tmp_path / "none")  # type: ignore[call-arg]

    assert settings.database_url is None
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    hosts = (
        settings.klaviyo_api_url,
        settings.klaviyo_app_url,
        settings.line_access_url,
        settings.line_api_url,
        settings.line_add_friend_url,
    )
    assert all(host.startswith("https://") for host in hosts)


def test_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file holds what is usual; the environment of a process overrules it."""
    file = tmp_path / ".env"
    file.write_text(
        "PUBLIC_URL=https://file.test\nPORT=9000\nUNKNOWN=1\n", encoding="utf-8"
    )
    monkeypatch.setenv("PUBLIC_URL", "https://process.test")

    settings = Settings(_env_file=file)  # type: ignore[call-arg]

    assert (settings.public_url, settings.port) == ("https://process.test", 9000)


def test_printing_the_settings_shows_no_key_or_password() -> None:
    """A settings object in a log or a traceback gives nothing away."""
    settings = Settings(
        database_url="postgresql://shop:open-sesame@db.test/shop",
        data_key=SecretStr(SECRET),
        index_key=SecretStr(SECRET),
        token_key=SecretStr(SECRET),
    )
    shown = f"{settings!r} {settings}"
    assert SECRET not in shown
    assert "open-sesame" not in shown


@pytest.mark.parametrize(
    "wrong",
    [{"port": -1}, {"port": 65536}, {"port": "http"}, {"worker_concurrency": 0}],
)
def test_impossible_numbers_are_refused(wrong: dict[str, object]) -> None:
    """A port or a number of workers that cannot be is told at the start."""
    with pytest.raises(ValidationError):
        Settings(**wrong)  # type: ignore[arg-type]
