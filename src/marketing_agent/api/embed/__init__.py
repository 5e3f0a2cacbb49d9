"""What the script on the merchant's landing page asks: itself, tickets, their state."""

from marketing_agent.api.embed.routes import embed_routes

__all__ = ["embed_routes"]
