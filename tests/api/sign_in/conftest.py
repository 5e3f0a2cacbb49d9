"""The merchant's desk, for every test of signing in."""

from tests.desk import desk

__all__ = ["desk"]
