"""Telling Klaviyo what was decided: LINE properties on profiles, and the event.

Items say what to look at, not what to write: what is written follows from the links
and friends as they stand at that moment, so that repeats and reordering end alike.
Few are told one by one, many in bulk jobs.
"""

from marketing_agent.services.write_back.drain import drain_outbox
from marketing_agent.services.write_back.held_values import note_shown

__all__ = ["drain_outbox", "note_shown"]
