"""How the switches of the integration and of auto-link stand.

Annotations are evaluated at once here: FastAPI reads those of the inner functions.
"""

from typing import Annotated

from fastapi import APIRouter, Depends

from marketing_agent.api.signed_in import SignedIn
from marketing_agent.api.status.people import People
from marketing_agent.core.callers import Caller
from marketing_agent.services.ground import Ground
from marketing_agent.services.merchants import merchant_of
from marketing_agent.toolbox.integration_tools import Switches


def switch_router(ground: Ground, signed_in: SignedIn) -> APIRouter:
    """The route /api/v1/switches."""
    router = APIRouter(prefix="/api/v1", tags=["status"])
    person = Annotated[Caller, Depends(People(signed_in))]

    @router.get("/switches")
    async def show_switches(caller: person) -> Switches:
        """Both switches. `set_integration` and `set_auto_link` turn them."""
        merchant = await merchant_of(ground, caller.merchant_id)
        return Switches(
            integration_on=merchant.integration_on, auto_link_on=merchant.auto_link_on
        )

    return router
