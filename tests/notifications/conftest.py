"""The made-up town of the directory."""

from tests.directory.conftest import town, work

__all__ = ["town", "work"]
