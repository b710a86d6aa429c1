from collections.abc import Mapping
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def processes() -> Mapping[str, bytes]:
    """The decision files that the product ships."""
    folder = Path(__file__).parents[2] / "processes"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.dmn")}
