"""The reference pages that follow from the code; run as a command it writes them.

`python -m tests.docs.reference_pages`. A test compares the committed pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import typer.main

from marketing_agent.cli import app
from marketing_agent.toolbox.catalogue import all_tools
from tests.docs.pages import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from marketing_agent.toolbox.registry import Tool, Toolbox

_NOTE: Final = "<!-- Written by `python -m tests.docs.reference_pages`. -->"

_ABOUT_COMMANDS: Final = """\
Every command explains itself with `--help`. Settings come from the environment and
`.env`: see [settings](settings.md). What a person can fix is said in one line, with
exit status 1."""
_ABOUT_TOOLS: Final = """\
What a merchant can ask for, by `POST /api/v1/tools/{name}`: see the
[HTTP API](http-api.md). Tools that write need an approval."""


def commands_page() -> str:
    """Every command with its arguments and options."""
    parts = ["# Commands", _NOTE, _ABOUT_COMMANDS]
    for name, command in all_commands():
        parts += [f"## `{name}`", command.help]
        if lines := [_option_line(each) for each in command.params]:
            parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def all_commands() -> Iterator[tuple[str, Any]]:
    """Each command that does something, with its full name."""
    yield from _commands_of("marketing-agent", typer.main.get_command(app))


def tools_page(toolbox: Toolbox | None = None) -> str:
    """Every tool: its page, its arguments, what people say for it."""
    toolbox = toolbox or all_tools()
    parts = ["# Tools", _NOTE, _ABOUT_TOOLS]
    for name, tool in sorted(toolbox.tools.items()):
        page = toolbox.pages[name]
        said = [f"- {each}" for each in (*page.examples["en"], *page.examples["ja"])]
        parts += [f"## `{name}`", f"*{page.title}. {_EFFECTS[tool.effect]}*", page.body]
        parts += ["Arguments:\n\n" + _arguments(tool), "Said as:\n\n" + "\n".join(said)]
    return "\n\n".join(parts) + "\n"


PAGES: Final[dict[str, Callable[[], str]]] = {
    "commands.md": commands_page,
    "tools.md": tools_page,
}
_EFFECTS: Final = {"read": "It only reads.", "write": "It writes."}


def main() -> None:
    """Write the pages."""
    for name, page in PAGES.items():
        (ROOT / "docs" / "reference" / name).write_text(page(), encoding="utf-8")


def _commands_of(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    inside = getattr(command, "commands", None)
    if inside is None:
        yield name, command
        return
    for each, sub in inside.items():
        yield from _commands_of(f"{name} {each}", sub)


def _option_line(option: Any) -> str:
    names = [*option.opts, *option.secondary_opts]
    if option.param_type_name == "argument":
        names = [option.name]
    said = [f"{(option.help or option.prompt).rstrip('.')}."]
    if option.default not in {None, False} and not callable(option.default):
        said.append(f"Default: `{option.default}`.")
    if option.envvar:
        said.append(f"From the environment: `{option.envvar}`.")
    return f"- {', '.join(f'`{each}`' for each in names)}: {' '.join(said)}"


def _arguments(tool: Tool) -> str:
    schema = tool.takes.model_json_schema()
    needed = schema.get("required", ())
    lines = [
        f"- `{name}`, {'needed' if name in needed else 'optional'}"
        f"{_explained(field, schema.get('$defs', {}))}"
        for name, field in schema["properties"].items()
    ]
    return "\n".join(lines) or "None."


def _explained(field: dict[str, Any], defined: dict[str, Any]) -> str:
    kind = defined.get(field.get("$ref", "").rpartition("/")[2], {})
    said = [field["description"]] if "description" in field else []
    if "enum" in kind:
        said.append("One of " + ", ".join(f"`{each}`" for each in kind["enum"]) + ".")
    if field.get("default") is not None:
        said.append(f"Default: `{field['default']}`.")
    return f": {' '.join(said)}" if said else ""


if __name__ == "__main__":
    main()
