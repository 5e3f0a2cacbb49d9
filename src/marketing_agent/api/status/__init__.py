"""Who is linked, over HTTP: what the dashboard's screens are drawn from."""

from marketing_agent.api.status.budget import budget_router
from marketing_agent.api.status.figures import figure_router
from marketing_agent.api.status.friends import friend_list_router
from marketing_agent.api.status.histories import history_router
from marketing_agent.api.status.qr_codes import qr_code_router
from marketing_agent.api.status.segments import segment_router
from marketing_agent.api.status.switches import switch_router
from marketing_agent.api.status.tags import tag_router

STATUS_ROUTERS = (
    *(friend_list_router, segment_router, tag_router, figure_router),
    *(budget_router, history_router, qr_code_router, switch_router),
)

__all__ = ["STATUS_ROUTERS"]
