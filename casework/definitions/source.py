"""Reading a process from its folder: its diagrams, what they call, their tables, forms and texts."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

_CALLED = re.compile(rb'calledElement="([\w.-]+)"')


def process_folders(processes: Path) -> Mapping[str, Path]:
    """Return every process folder below `processes` by its process id: folder = process id."""
    found = {}
    for toml in sorted(processes.glob("**/process.toml")):
        found[toml.parent.name] = toml.parent
    return found


def diagrams(processes: Path) -> Mapping[str, Path]:
    """Return every diagram below `processes` by its process id: file = process id."""
    return {path.stem: path for path in sorted(processes.glob("**/*.bpmn"))}


def read_release(processes: Path, forms: Path, process: str) -> dict[str, bytes]:
    """Return the files of the release of `process`, by their names inside the release.

    Diagrams that others call come along with their tables, forms, texts and papers, however deep, and with papers the
    layouts that all of them share.
    Raises KeyError when a called diagram does not exist.
    """
    known = diagrams(processes)
    folders = {path.parent for path in _closure(known, process)}
    files: dict[str, bytes] = {}
    for folder in sorted(folders):
        for path in sorted(folder.iterdir()):
            if path.is_file() and path.suffix in {".bpmn", ".dmn", ".toml"}:
                files[f"{folder.name}/{path.name}"] = path.read_bytes()
        for path in sorted((folder / "documents").glob("*")):
            if path.suffix in {".typ", ".docx", ".toml"}:
                files[f"{folder.name}/documents/{path.name}"] = path.read_bytes()
    if any("/documents/" in name for name in files):
        for path in sorted((processes / "documents").glob("*.typ")):
            files[f"documents/{path.name}"] = path.read_bytes()
    for folder in sorted(folders):
        for diagram in sorted(folder.glob("*.bpmn")):
            files.update(_forms_of(forms, diagram.stem))
        files.update(_forms_of(forms, folder.name))
    return files


def _closure(known: Mapping[str, Path], process: str) -> Iterator[Path]:
    waiting, seen = [process], {process}
    while waiting:
        path = known[waiting.pop()]
        yield path
        for raw in _CALLED.findall(path.read_bytes()):
            called = raw.decode()
            if called not in seen:
                seen.add(called)
                waiting.append(called)


def _forms_of(forms: Path, name: str) -> dict[str, bytes]:
    folder = forms / name
    return {f"forms/{name}/{path.name}": path.read_bytes() for path in sorted(folder.glob("*.json"))}
