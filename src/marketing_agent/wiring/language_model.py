"""From the settings to the chat model that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.agent.models import ModelSettings

if TYPE_CHECKING:
    from marketing_agent.settings import Settings


def model_settings(settings: Settings) -> ModelSettings | None:
    """The configured model; None, for an empty MODEL_URL, means the built-in planner.

    Raises ModelMisconfigured.
    """
    if not settings.model_url:
        return None
    return ModelSettings(
        url=settings.model_url,
        name=settings.model_name or "",
        api_key=settings.model_api_key,
        timeout_s=settings.model_timeout_s,
    )
