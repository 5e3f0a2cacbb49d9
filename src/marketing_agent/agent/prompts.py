"""What a language model is told, from the Markdown files in `prompts/`."""

from __future__ import annotations

from functools import cache

from marketing_agent.services.product_text import words


@cache
def prompt(moment: str) -> str:
    """The prompt of this moment, such as `system`. The file's name is the moment's."""
    return (words("prompts") / f"{moment}.md").read_text(encoding="utf-8").strip()
