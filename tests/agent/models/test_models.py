from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from marketing_agent.agent.models import (
    ModelMisconfigured,
    ModelSettings,
    ModelUnreachable,
    open_model,
)
from marketing_agent.agent.scripted import ScriptedChatModel
from marketing_agent.settings import Settings
from marketing_agent.wiring.language_model import model_settings
from tests.agent.models.opened import streamed
from tests.agent.wire.behaviours import fails

if TYPE_CHECKING:
    from tests.agent.models.opened import Opener
    from tests.agent.wire.server import WireServer

URL = "https://model.test/v1"


def planner() -> ScriptedChatModel:
    """A built-in model that would answer if it were asked."""
    return ScriptedChatModel(["I am built in."])


async def test_without_settings_the_built_in_planner_answers() -> None:
    """No address, no client: the planner is used and says that it is one."""
    async with open_model(None, planner) as model:
        answer = await model.chat_model.ainvoke("Go")

    assert (model.name, model.built_in) == ("built-in planner", True)
    assert answer.text == "I am built in."


async def test_a_configured_model_that_fails_is_not_replaced(
    wire: WireServer, opened: Opener
) -> None:
    """The merchant gets an error, never an answer from elsewhere."""
    wire.will(fails(500, retry_after="60"))

    async with open_model(opened.settings(), planner) as model:
        assert (model.name, model.built_in) == ("wire-1", False)
        with pytest.raises(ModelUnreachable, match="status 500"):
            await streamed(model.chat_model)


@pytest.mark.parametrize(
    ("wrong", "setting"),
    [
        ({"url": "model.test/v1"}, "MODEL_URL"),
        ({"url": "ftp://model.test"}, "MODEL_URL"),
        ({"url": "https://"}, "MODEL_URL"),
        ({"url": "https://[model/v1"}, "MODEL_URL"),
        ({"url": "https://model.test:port/v1"}, "MODEL_URL"),
        ({"url": "https://user:sk-hidden@model.test/v1"}, "MODEL_URL"),
        ({"url": "https://sk-hidden@model.test/v1"}, "MODEL_URL"),
        ({"url": "https://model.test/v1?key=sk-hidden"}, "MODEL_URL"),
        ({"name": " "}, "MODEL_NAME"),
        ({"api_key": SecretStr("sk-hidden\n")}, "MODEL_API_KEY"),
        ({"api_key": SecretStr("sk-hidden-鍵")}, "MODEL_API_KEY"),
    ],
)
def test_what_cannot_work_is_refused_without_being_told(
    wrong: dict[str, Any], setting: str
) -> None:
    """The setting is named; its value, which may be secret, is not."""
    with pytest.raises(ModelMisconfigured) as caught:
        ModelSettings(**{"url": URL, "name": "wire-1", **wrong})

    assert setting in caught.value.message
    assert "sk-hidden" not in f"{caught.value!r} {caught.value.facts}"


def configured(**given: str) -> ModelSettings | None:
    """Read the settings as the program does, without a file."""
    return model_settings(Settings(_env_file=None, **given))  # type: ignore[call-arg]


def test_the_settings_name_the_model() -> None:
    """The four settings, and nothing else, make a model."""
    read = configured(model_url=URL, model_name="wire-1", model_api_key="sk-hidden")

    assert read == ModelSettings(
        url=URL, name="wire-1", api_key=SecretStr("sk-hidden"), timeout_s=60
    )
    assert "sk-hidden" not in repr(read)
    assert configured() is None
    assert configured(model_url="", model_name="wire-1") is None


def test_nothing_of_langchain_is_imported_for_a_name() -> None:
    """Commands that do not chat start as fast as before."""
    code = (
        "import sys, marketing_agent.cli, marketing_agent.wiring.language_model\n"
        "print([name for name in sys.modules if name.startswith("
        "('langchain', 'langgraph', 'openai', 'httpx2'))])"
    )

    run = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert run.stdout.strip() == "[]"
