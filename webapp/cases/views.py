"""What only the case page puts together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casework.cases.views import Texts


@dataclass(frozen=True, slots=True)
class Action:
    """Something a supervisor may do to the case now; `form` is what has to be said."""

    name: str
    title: Texts
    hint: Texts
    form: Mapping[str, Any]
    refused: Texts | None = None
    choices: Mapping[str, Sequence[tuple[str, Texts]]] | None = None
