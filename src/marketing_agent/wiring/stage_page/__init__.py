"""The page that the demo opens on: the shop's people beside the dashboard.

`StagePage` is what it needs, `stage_page_app(page)` serves it, and `at_the_desk(page)`
does what the people of the shop do.
"""

from marketing_agent.wiring.stage_page.app import stage_page_app
from marketing_agent.wiring.stage_page.desk import at_the_desk
from marketing_agent.wiring.stage_page.page import StagePage

__all__ = ["StagePage", "at_the_desk", "stage_page_app"]
