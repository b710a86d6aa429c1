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

    `names` is whom it names, in the words of its process; `files` are all of the folder, for templates share a layout.
    """

    key: str
    title: tuple[str, str]
    posted: bool
    names: frozenset[str]
    files: Mapping[str, bytes] = field(repr=False)


def papers_of(files: Mapping[str, bytes], process: str) -> list[Paper]:
    """Return the papers of a process among the files of its release, in the order of their list."""
    start = f"{process}/{FOLDER}/"
    own = {name.removeprefix(start): raw for name, raw in files.items() if name.startswith(start)}
    listed = tomllib.loads(own.get(_LIST, b"").decode())
    return [_paper(key, one, own) for key, one in listed.items()]


def _paper(key: str, listed: Mapping[str, Any], own: Mapping[str, bytes]) -> Paper:
    title = (str(listed["title"]), str(listed["title_en"]))
    return Paper(key, title, bool(listed["posted"]), frozenset(listed["names"]), own)
