"""The check: everything that is wrong with a set of files, all at once, whatever bytes they hold.

It looks at what the designer drew, before anything is rewritten, so lines and ids are the designer's own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

import casework.engine.checks  # noqa: F401, the import registers the rules
from casework.engine.catalogue import Catalogue
from casework.engine.checks.document import Document
from casework.engine.checks.drawings import parted
from casework.engine.checks.release import CALLABLE, Release
from casework.engine.checks.rules import ELEMENT_RULES, RELEASE_RULES
from casework.engine.checks.variables import named
from casework.engine.problems import Problem
from casework.engine.xml import Node, line_of, q, read

_ANYTHING = Catalogue()
_GRAVITY = {"error": 0, "warning": 1, "advice": 2}
_DMN = ".dmn"
MAX_FINDINGS: Final = 1_000  # told of one file


@dataclass(frozen=True)
class Checked:
    """The diagrams that could be read, by file, and what was found in all files."""

    roots: Mapping[str, Node]
    problems: Sequence[Problem]
    told: Sequence[Problem]
    left_open: Sequence[Problem]  # what a drawing for people or for another engine need not say until it is to run here

    @property
    def refused(self) -> bool:
        """Whether an error stands in the way of running the files."""
        return any(problem.severity == "error" for problem in self.problems)


def check(files: Mapping[str, bytes], *, catalogue: Catalogue = _ANYTHING) -> Sequence[Problem]:
    """Return every finding about the files together, in the order of file and line; never raises.

    A process marked isExecutable="false" is a drawing for people, and a file without our namespace is drawn for another
    engine: what only matters to running, or to running here, is not asked of them now, and is when they are loaded.
    """
    return examine(files, catalogue=catalogue).told


def examine(files: Mapping[str, bytes], *, catalogue: Catalogue = _ANYTHING) -> Checked:
    """Check the files and keep the trees that were read on the way, for whoever goes on to run them."""
    problems: list[Problem] = []
    roots: dict[str, Node] = {}
    tables: dict[str, Node] = {}
    for file, data in sorted(files.items()):
        root, unreadable = read(file, data)
        problems += unreadable
        if root is None:
            continue
        if file.endswith(_DMN):
            tables[file] = root
        elif root.tag == q("definitions"):
            roots[file] = root
        else:
            problems.append(_not_bpmn(file, root))
    known = _with_files(catalogue, roots.values(), tables.values())
    documents = [Document(file, root, known) for file, root in roots.items()]
    problems += _findings(documents)
    problems.sort(key=lambda one: (one.file, one.line or 0, _GRAVITY[one.severity], one.rule))
    told, left_open = parted(problems, documents)
    return Checked(roots, tuple(problems), tuple(told), tuple(left_open))


def offered(files: Mapping[str, bytes]) -> Catalogue:
    """Return what the files hold for others to name: processes and decisions. What can't be read offers nothing."""
    roots = [root for file, data in files.items() if (root := read(file, data)[0]) is not None]
    known = _with_files(_ANYTHING, roots, roots)
    return replace(known, decisions=known.decisions or frozenset())


def names_in(files: Mapping[str, bytes]) -> frozenset[str]:
    """Return every name for data that the diagrams write or read. What can't be read names nothing."""
    roots = {file: root for file, data in files.items() if (root := read(file, data)[0]) is not None}
    return frozenset(name for file, root in roots.items() for name in named(Document(file, root, _ANYTHING)))


def _findings(documents: Sequence[Document]) -> Iterator[Problem]:
    for document in documents:
        told = list(islice(_of_one(document), MAX_FINDINGS + 1))
        yield from told[:MAX_FINDINGS]
        if len(told) > MAX_FINDINGS:
            yield _too_many(document)
    for across in RELEASE_RULES:
        yield from across(Release(documents))


def _of_one(document: Document) -> Iterator[Problem]:
    for tag, rules in ELEMENT_RULES.items():
        for node in document.all(tag):
            for rule in rules:
                yield from rule(node, document)


def _too_many(document: Document) -> Problem:
    return document.finding(
        "too_many_findings",
        document.root,
        f"这个文件的问题超过 {MAX_FINDINGS} 条，只列出其中一部分。请先改正这些，再检查一次。",
        f"There are more than {MAX_FINDINGS} findings in this file, so only some are told. "
        "Put these right and check again.",
    )


def _with_files(catalogue: Catalogue, roots: Iterable[Node], tables: Iterable[Node]) -> Catalogue:
    """Add what the files themselves hold to what the house is known to hold."""
    called = {node.get("id", "") for root in roots for node in root.iter(*map(q, CALLABLE))}
    decided = {node.get("id", "") for root in tables for node in root.iter("{*}decision")}
    decisions = None if catalogue.decisions is None and not decided else decided.union(catalogue.decisions or ())
    return replace(catalogue, processes=called.union(catalogue.processes or ()), decisions=decisions)


def _not_bpmn(file: str, root: Node) -> Problem:
    return Problem(
        file,
        None,
        None,
        line_of(root),
        "not_bpmn",
        "error",
        {
            "zh": "这不是 BPMN 2.0 文件（最外层应是 BPMN 的 definitions）。请从建模工具导出 BPMN 2.0 XML。",
            "en": "This is not a BPMN 2.0 file: its outermost element is not BPMN's definitions. "
            "Export BPMN 2.0 XML from the modeler.",
        },
    )
