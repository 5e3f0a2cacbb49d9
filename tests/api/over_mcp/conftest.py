"""The merchant's desk, for every test of this room."""

from tests.desk import desk

__all__ = ["desk"]
