"""What the program logs while it is measured: errors only.

A throttled platform is part of the load, and printing about it would be measured too.
"""

from __future__ import annotations

import logging

import structlog


def keep_quiet() -> None:
    """Once in each process."""
    quiet = structlog.make_filtering_bound_logger(logging.ERROR)
    structlog.configure(wrapper_class=quiet)
