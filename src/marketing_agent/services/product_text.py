"""The product's words that are files: tool pages, prompts, help pages.

In a checkout they stand where people edit them; a wheel carries them inside.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

# A wheel of PyYAML always has the C one; a build from source may not.
_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CHECKOUT: Final = Path(__file__).parents[3]
_FENCE: Final = "---\n"


def words(name: str, *, checkout: str | None = None) -> Traversable:
    """The folder `name` of the wheel; in a checkout the folder `checkout` of it."""
    folder = _CHECKOUT / (checkout or name)
    if folder.is_dir():
        return folder
    return files("marketing_agent") / "_words" / name


def markdown_pages(folder: Traversable) -> list[Traversable]:
    """The Markdown files of a folder, by name."""
    pages = (file for file in folder.iterdir() if file.name.endswith(".md"))
    return sorted(pages, key=lambda file: file.name)


def read_yaml(text: str) -> Any:
    """What a YAML text holds, read ten times faster than by PyYAML's own Python.

    Raises yaml.YAMLError.
    """
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - both are safe loaders


def front_matter(text: str) -> tuple[str, str] | None:
    """The YAML between the two fences and the body; None where a part is missing."""
    opening, _, rest = text.partition(_FENCE)
    matter, _, body = rest.partition(_FENCE)
    return None if opening or not body.strip() else (matter, body.strip())
