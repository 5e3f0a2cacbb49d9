"""Scripts that have to be played to their end."""

from __future__ import annotations

from marketing_agent.testing import scripted_model

__all__ = ["scripted_model"]
