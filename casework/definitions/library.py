"""Releases opened for use: parsed once, kept by hash, never changed."""

import base64
import json
import tomllib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree
from sqlalchemy.orm import Session

from casework import decisions, engine, feel, forms
from casework.definitions.models import Release, ReleaseFiles
from casework.persistence import KEPT


@dataclass(frozen=True)
class OpenRelease:
    """One release, ready to run: its diagrams, decision tables, forms and texts."""

    hash: str
    process: str
    definition: engine.Definition
    decisions: Mapping[str, decisions.Decision]
    forms: Mapping[str, forms.Form]
    about: Mapping[str, Any]
    texts: Mapping[str, Mapping[str, Any]]
    names: Mapping[tuple[str | None, str | None], str]
    limits: Mapping[tuple[str | None, str | None], str]
    """The rule by which a step counts its own time, where it names one: `deadline("key", …)`."""
    folders: Mapping[str, str]
    files: Mapping[str, bytes]

    def name(self, process: str | None, element: str | None, language: str) -> str:
        """Return what a diagram's element is called in `language`; its Chinese name where there is no English."""
        english = self._english(process, element) if language.startswith("en") else None
        return english or self.names.get((process, element), element or "")

    def called(self, process: str | None, element: str | None) -> tuple[str, str]:
        """Return what a diagram's element is called, in Chinese and English."""
        return self.name(process, element, "zh"), self.name(process, element, "en")

    def _english(self, process: str | None, element: str | None) -> str | None:
        texts = self.texts.get(self.folders.get(process or "", ""), {})
        elements = texts.get("elements", {})
        found = elements.get(element)
        if not isinstance(found, str):
            own = elements.get(process)
            found = own.get(element) if isinstance(own, Mapping) else None
        if found is None and element == process:
            found = texts.get("titles", {}).get(process) or texts.get("title")
        return None if found is None else str(found)


_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_OURS = "urn:banjie:bpmn:1"
_SEEN = "releases"
_opened: dict[str, OpenRelease] = {}
_about: dict[str, tuple[Mapping[str, Any], tuple[str, str]]] = {}


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return `files` as one byte string; the same files give the same bytes."""
    ordered = {name: _text(files[name]) for name in sorted(files)}
    return zlib.compress(json.dumps(ordered, ensure_ascii=False).encode(), 9)


def unpack(packed: bytes) -> dict[str, bytes]:
    """Return the files that `pack` packed."""
    return {
        name: base64.b64decode(text["base64"]) if isinstance(text, dict) else text.encode()
        for name, text in json.loads(zlib.decompress(packed)).items()
    }


def _text(raw: bytes) -> str | dict[str, str]:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(raw).decode("ascii")}


def about(session: Session, release: Release) -> tuple[Mapping[str, Any], tuple[str, str]]:
    """Return what process.toml says of a release's process, and its title in both languages; nothing else is opened."""
    if release.hash not in _about:
        files = unpack(session.get_one(ReleaseFiles, release.hash).packed)
        folder = next(name.split("/")[0] for name in files if name.endswith(f"/{release.process}.bpmn"))
        said = tomllib.loads(files.get(f"{folder}/process.toml", b"").decode())
        english = tomllib.loads(files.get(f"{folder}/texts.en.toml", b"").decode())
        title = str(said.get("title") or release.process)
        _about[release.hash] = said, (title, str(english.get("title") or title))
    return _about[release.hash]


def build(digest: str, process: str, files: Mapping[str, bytes]) -> OpenRelease:
    """Parse the files of a release. Raises DefinitionRefused, DecisionRefused or FormRefused with all findings."""
    about: dict[str, Any] = {}
    texts: dict[str, dict[str, Any]] = {}
    for name in sorted(files):
        if name.endswith("process.toml"):
            about[name.split("/")[0]] = tomllib.loads(files[name].decode())
        elif name.endswith("texts.en.toml"):
            texts[name.split("/")[0]] = tomllib.loads(files[name].decode())
    return OpenRelease(
        hash=digest,
        process=process,
        definition=engine.load(diagrams_of(files)),
        decisions=tables_of(files),
        forms={form_name(name): forms.load(raw) for name, raw in forms_of(files).items()},
        about=about,
        texts=texts,
        names=_names(files),
        limits=_limits(files),
        folders={
            name.split("/")[1].removesuffix(".bpmn"): name.split("/")[0] for name in files if name.endswith(".bpmn")
        },
        files=files,
    )


def diagrams_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the diagrams of a release by file."""
    return {name: raw for name, raw in files.items() if name.endswith(".bpmn")}


def forms_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the forms of a release by file."""
    return {name: raw for name, raw in files.items() if name.startswith("forms/")}


def form_name(file: str) -> str:
    """Return the name by which tasks ask for the form that a file of a release holds."""
    return file.removeprefix("forms/").removesuffix(".json")


def tables_of(files: Mapping[str, bytes]) -> Mapping[str, decisions.Decision]:
    """Return the decisions of a release by name; raise DecisionRefused with all findings."""
    return decisions.load({name: raw for name, raw in files.items() if name.endswith(".dmn")})


def opened(session: Session, release_id: int) -> OpenRelease:
    """Return the release with id `release_id`, read and parsed at most once in this process: it never changes."""
    seen: dict[int, OpenRelease] = session.info.setdefault(KEPT, {}).setdefault(_SEEN, {})
    if release_id not in seen:
        release = session.get_one(Release, release_id)
        known = _opened.get(release.hash)
        if known is None:
            files = unpack(session.get_one(ReleaseFiles, release.hash).packed)
            known = _opened.setdefault(release.hash, build(release.hash, release.process, files))
        seen[release_id] = known
    return seen[release_id]


def _names(files: Mapping[str, bytes]) -> dict[tuple[str | None, str | None], str]:
    found: dict[tuple[str | None, str | None], str] = {}
    for root in _drawn(files):
        for pool in root.iter(f"{{{_BPMN}}}participant"):
            label = pool.get("name")
            if label:
                found[pool.get("processRef"), pool.get("id")] = label
        for process in root.iter(f"{{{_BPMN}}}process"):
            for element in process.iter():
                label = element.get("name")
                if label:
                    found[process.get("id"), element.get("id")] = label
    return found


def _limits(files: Mapping[str, bytes]) -> dict[tuple[str | None, str | None], str]:
    found: dict[tuple[str | None, str | None], str] = {}
    for root in _drawn(files):
        for process in root.iter(f"{{{_BPMN}}}process"):
            for task in process.iter(f"{{{_BPMN}}}userTask"):
                due = (task.get(f"{{{_OURS}}}due") or "").strip().removeprefix("=")
                for call in feel.compile(due).calls if due else ():
                    if call.name == "deadline" and call.args and isinstance(call.args[0], str):
                        found[process.get("id"), task.get("id")] = call.args[0]
    return found


def _drawn(files: Mapping[str, bytes]) -> Iterator[Any]:
    """Yield the root of every diagram."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return (etree.fromstring(raw, parser) for name, raw in files.items() if name.endswith(".bpmn"))
