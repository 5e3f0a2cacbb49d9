"""Everything that can be set from outside: environment variables and `.env`.

Read once, by the wiring. Every name starts with nothing: `DATABASE_URL`, `PUBLIC_URL`
and so on.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The settings of one installation."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    database_url: str | None = Field(default=None, repr=False)
    """A PostgreSQL server. Without it, one is started in the data folder."""
    data_folder: Path | None = None
    """Where the embedded server and the generated keys live."""
    public_url: str = "http://localhost:8000"
    """Our own address as customers and LINE reach it (https outside of tests)."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    trusted_proxies: str = "127.0.0.1"
    """Addresses whose X-Forwarded headers are believed."""
    trusted_pages: str = ""
    """Origins, after commas, whose landing pages are read in a private network too."""

    data_key: SecretStr | None = None
    """Encrypts; 32 bytes in URL-safe base64. Older keys after a comma still open."""
    index_key: SecretStr | None = None
    """Hashes; 32 bytes in URL-safe base64. It can never change."""
    token_key: SecretStr | None = None
    """Signs the callers' tokens; 32 bytes in URL-safe base64."""

    klaviyo_api_url: str = "https://a.klaviyo.com"
    klaviyo_app_url: str = "https://www.klaviyo.com"
    line_access_url: str = "https://access.line.me"
    line_api_url: str = "https://api.line.me"
    line_add_friend_url: str = "https://line.me"

    model_url: str | None = Field(default=None, repr=False)
    """The base URL of an OpenAI-compatible endpoint, as `https://api.openai.com/v1`.

    Without it the built-in planner answers, and nothing is sent anywhere. Variables as
    OPENAI_API_KEY are not honoured, so that no conversation leaves by accident.
    """
    model_name: str | None = None
    """Which of that endpoint's models; it has to be able to call tools."""
    model_api_key: SecretStr | None = None
    """Sent to that endpoint alone; not needed where a server wants none."""
    model_timeout_s: float = Field(default=60, gt=0, le=600)
    """Longest silence of the model in seconds."""
    tokens_per_day: int = Field(default=2_000_000, ge=0)
    """What the model may read and write for one merchant on one of their days."""

    worker_concurrency: int = Field(default=4, ge=1, le=64)
