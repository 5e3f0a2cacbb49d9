"""The dashboard's pages, as plain Starlette routes."""

from marketing_agent.api.dashboard.routes import dashboard_routes

__all__ = ["dashboard_routes"]
