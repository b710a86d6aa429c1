"""Which papers a process has: its `documents/documents.toml`, beside the templates it names."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FOLDER = "documents"
_LIST = "documents.toml"


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: `key` names its templates `key.typ` and `key.docx`; what is `posted` names nobody it need not name.

    `process` is whose paper it is; `names` is whom it names, in the words of that process; `files` are all of its
    folder and the layouts that all processes share.
    """

    key: str
    process: str
    title: tuple[str, str]
    posted: bool
    names: frozenset[str]
    files: Mapping[str, bytes] = field(repr=False)


def papers_of(files: Mapping[str, bytes], process: str) -> list[Paper]:
    """Return the papers of a process among the files of its release, in the order of their list.

    A template of its own goes before a shared one of the same name.
    """
    own = _below(files, f"{FOLDER}/") | _below(files, f"{process}/{FOLDER}/")
    listed = tomllib.loads(own.get(_LIST, b"").decode())
    return [_paper(key, process, one, own) for key, one in listed.items()]


def papers_in(files: Mapping[str, bytes], process: str) -> list[Paper]:
    """Return the papers of a process and of all that it calls, its own first; a key of its own hides a called one's."""
    folders = sorted({name.split("/")[0] for name in files if name.endswith(f"/{FOLDER}/{_LIST}")} - {process})
    found: dict[str, Paper] = {}
    for folder in (process, *folders):
        for one in papers_of(files, folder):
            found.setdefault(one.key, one)
    return list(found.values())


def _below(files: Mapping[str, bytes], start: str) -> dict[str, bytes]:
    return {name.removeprefix(start): raw for name, raw in files.items() if name.startswith(start)}


def _paper(key: str, process: str, listed: Mapping[str, Any], own: Mapping[str, bytes]) -> Paper:
    title = (str(listed["title"]), str(listed["title_en"]))
    return Paper(key, process, title, bool(listed["posted"]), frozenset(listed["names"]), own)
