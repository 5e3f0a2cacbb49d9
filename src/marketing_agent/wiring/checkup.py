"""What `marketing-agent doctor` looks at."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketing_agent.agent.models import BUILT_IN, open_configured
from marketing_agent.agent.probe import probe
from marketing_agent.core.errors import MarketingAgentError
from marketing_agent.services.setup_check import CheckState, check_setup
from marketing_agent.storage import merchants
from marketing_agent.storage.migrate import drift, revisions
from marketing_agent.wiring.installation import open_installation
from marketing_agent.wiring.language_model import model_settings

if TYPE_CHECKING:
    from marketing_agent.settings import Settings
    from marketing_agent.wiring.installation import Installation


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at."""

    what: str
    ok: bool
    says: str


async def checkup(settings: Settings) -> list[Finding]:
    """Look at the database, keys, public address, language model and merchants."""
    try:
        async with open_installation(settings) as program:
            return [
                await _database(program),
                _keys(settings),
                _public_url(settings),
                await model_finding(settings),
                *await _merchants(program),
            ]
    except MarketingAgentError as error:
        return [Finding(what="start", ok=False, says=error.message)]


async def _database(program: Installation) -> Finding:
    has, needs = await asyncio.to_thread(revisions, program.database_url)
    differences = await asyncio.to_thread(drift, program.database_url)
    ok = has == needs and not differences
    says = (
        f"revision {has}" if ok else f"revision {has}, {len(differences)} differences"
    )
    return Finding(what="database", ok=ok, says=says)


def _keys(settings: Settings) -> Finding:
    """Kept keys work, but whoever loses them loses every link's signals."""
    given = settings.data_key is not None and settings.index_key is not None
    return Finding(
        what="keys",
        ok=True,
        says="given by the settings"
        if given
        else "kept in the data folder: back up keys.json together with the database",
    )


def _public_url(settings: Settings) -> Finding:
    ok = settings.public_url.startswith("https://")
    says = settings.public_url
    if not ok:
        says += " is not https: LINE and customers cannot use it. Set PUBLIC_URL."
    return Finding(what="public address", ok=ok, says=says)


async def model_finding(settings: Settings) -> Finding:
    """Ask a configured model for one tool call and one answer."""
    what = "language model"
    try:
        chosen = model_settings(settings)
        if chosen is None:
            return Finding(what=what, ok=True, says=_without_a_model(settings))
        async with open_configured(chosen) as model:
            found = await probe(model.chat_model)
            found.require(chosen.name)
    except MarketingAgentError as error:
        return Finding(what=what, ok=False, says=error.message)
    says = f"{chosen.name}: {found.detail}"
    return Finding(what=what, ok=found.calls_tools, says=says)


def _without_a_model(settings: Settings) -> str:
    unused = settings.model_name or settings.model_api_key
    hint = ". MODEL_URL is empty, so the other MODEL_ settings have no effect"
    return BUILT_IN + (hint if unused else "")


async def _merchants(program: Installation) -> list[Finding]:
    async with program.ground.database.transaction() as tx:
        everyone = await merchants.all_of_them(tx)
    return [
        Finding(
            what=f"{merchant.name}, {check.platform} {check.what}",
            ok=check.state in {CheckState.OK, CheckState.UNKNOWN},
            says=f"{check.says} {check.fix}".strip(),
        )
        for merchant in everyone
        for check in await check_setup(program.ground, merchant.id)
    ]
