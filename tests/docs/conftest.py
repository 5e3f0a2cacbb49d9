"""The merchant's desk, where a page of the reference is made of it."""

from tests.desk import desk

__all__ = ["desk"]
