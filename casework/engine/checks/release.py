"""All files of a release together: what one file may name in another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from casework.engine.checks.document import Document
from casework.engine.xml import Node

CALLABLE = ("process", "globalTask", "globalUserTask", "globalManualTask", "globalScriptTask", "globalBusinessRuleTask")


@dataclass(frozen=True)
class Release:
    """The diagrams that are published together."""

    documents: Sequence[Document]

    def callables(self) -> Iterator[tuple[Document, Node]]:
        """Yield everything a call activity may call, with the file it stands in."""
        for document in self.documents:
            for node in document.all(*CALLABLE):
                yield document, node
