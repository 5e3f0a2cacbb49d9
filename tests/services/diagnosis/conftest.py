"""The clinic, and the stand of the import's tests, for every test of this room."""

from tests.services.diagnosis.clinic import clinic
from tests.services.imports.conftest import stand

__all__ = ["clinic", "stand"]
