"""Locks on files that the kernel gives back when their last holder is gone.

A lock belongs to the open descriptor: a child process that inherits the descriptor
holds the lock too, and no crash can leave one behind (`flock`, Linux and macOS).
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def open_lock(path: Path) -> int:
    """Open the lock file without locking it; closing gives up whatever is held."""
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def share(lock: int) -> None:
    """Hold the lock together with others; waits while somebody holds it alone."""
    fcntl.flock(lock, fcntl.LOCK_SH)


def try_alone(lock: int) -> bool:
    """Hold the lock alone if nobody else has it; gives up a shared hold on the way."""
    return _try(lock, fcntl.LOCK_EX)


def is_held_alone(path: Path) -> bool:
    """Whether somebody holds the lock alone, without disturbing anybody."""
    if not path.exists():
        return False
    lock = open_lock(path)
    try:
        return not _try(lock, fcntl.LOCK_SH)
    finally:
        os.close(lock)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock alone inside the block; waits for its turn."""
    lock = open_lock(path)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _try(lock: int, kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
