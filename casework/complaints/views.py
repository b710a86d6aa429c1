"""What the reads of a complaint give to a door."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework.cases.models import Case
from casework.cases.views import Texts


@dataclass(frozen=True, slots=True)
class Question:
    """Something the complainant is asked: more information, a confirmation. `form` is a form schema."""

    task: int
    version: int
    title: Texts
    form: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OwnReport:
    """One of a person's own reports with its case; `asks` says that a question waits for them."""

    code: str
    title: Texts
    place: str
    case: Case
    due: datetime | None
    mark: str = ""
    asks: bool = False
