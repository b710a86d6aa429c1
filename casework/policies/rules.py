"""The policy files of all jurisdictions, and which of their entries holds where and when."""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from casework.errors import Invalid, NotFound
from casework.policies.entries import DECIDED, Entry, Texts, problems

#: The jurisdiction whose entries hold only where no law does.
DEFAULTS = "defaults"
#: The level of an estate's own covenant, below every jurisdiction.
ESTATE = "estate"
#: The file that holds no rules: it says what the marks of laws and places stand for.
NAMES = "names.toml"
_META = {"id", "parent", "title"}


@dataclass(frozen=True)
class Jurisdiction:
    """One file: a place's title, and its entries by key, the newest last."""

    id: str
    title: Texts
    parent: str | None = None
    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)

    def entry(self, key: str, on: date) -> Entry | None:
        """Return the entry of `key` in force on a day; a newer entry ends the older one."""
        begun = [entry for entry in self.entries.get(key, ()) if entry.valid_from <= on]
        return begun[-1] if begun and begun[-1].in_force(on) else None


@dataclass(frozen=True)
class Resolved:
    """The entry that holds, whose it is, and those of the other levels that it overrode."""

    level: str
    entry: Entry
    others: tuple[tuple[str, Entry], ...] = ()
    contested: bool = False


@dataclass(frozen=True)
class Policies:
    """Every jurisdiction's rules as one release, known by the hash of its files."""

    jurisdictions: Mapping[str, Jurisdiction] = field(hash=False, compare=False, repr=False)
    digest: str
    #: What the source marks stand for.
    laws: Mapping[str, Texts] = field(default_factory=dict, hash=False, compare=False, repr=False)

    @classmethod
    def load(cls, source: Path | Mapping[str, str]) -> "Policies":
        """Read the `*.toml` files of a folder, or texts by name; raise Invalid with every fault of every file."""
        texts = texts_of(source)
        found, laws, faults = _read(texts)
        if faults:
            raise Invalid("政策文件有错", "The policy files have errors", faults)
        return cls(found, digest(texts), laws)

    @property
    def keys(self) -> frozenset[str]:
        """Every key that any file holds."""
        return frozenset(key for each in self.jurisdictions.values() for key in each.entries)

    def chain(self, jurisdiction: str) -> tuple[str, ...]:
        """Return a jurisdiction and those above it, the nearest first."""
        if jurisdiction not in self.jurisdictions:
            raise NotFound(f"没有政策文件: {jurisdiction}", f"There is no policy file for {jurisdiction}")
        return tuple(_upwards(self.jurisdictions, jurisdiction))

    def nearest(self, codes: Sequence[str]) -> tuple[str, ...]:
        """Return the chain of the first of some area codes, the nearest first, that has a policy file."""
        for code in codes:
            if code in self.jurisdictions and code != DEFAULTS:
                return self.chain(code)
        shown = ", ".join(codes)
        raise NotFound(f"所在区域没有政策文件: {shown}", f"No policy file for any of these areas: {shown}")

    def resolve(
        self, chain: Sequence[str], key: str, on: date, covenant: Mapping[str, Entry] | None = None
    ) -> Resolved | None:
        """Return what holds for `key` on a day: the nearest level wins, a default never beats a law."""
        levels = [(place, self.jurisdictions[place].entry(key, on)) for place in chain if place != DEFAULTS]
        laws = [(place, entry) for place, entry in levels if entry is not None]
        own = (covenant or {}).get(key)
        if own is not None and own.in_force(on):
            laws.insert(0, (ESTATE, own))
        if not laws:
            defaults = self.jurisdictions.get(DEFAULTS)
            fallback = defaults.entry(key, on) if defaults else None
            return Resolved(DEFAULTS, fallback) if fallback else None
        chosen = _contest(laws)
        return Resolved(
            laws[chosen][0],
            laws[chosen][1],
            tuple(law for place, law in enumerate(laws) if place != chosen),
            contested=len(laws) > 1 and any(entry.contested for _, entry in laws[: chosen + 1]),
        )


def check(source: Path | Mapping[str, str]) -> dict[str, list[Texts]]:
    """Return every fault of the policy files, by file; empty when they can be published."""
    return _read(texts_of(source))[2]


def texts_of(source: Path | Mapping[str, str]) -> dict[str, str]:
    """Return the texts of a folder's policy files by their names."""
    if isinstance(source, Path):
        return {path.name: path.read_text(encoding="utf-8") for path in sorted(source.glob("*.toml"))}
    return dict(source)


def digest(texts: Mapping[str, str]) -> str:
    """Return the hash that a release of these files is known by."""
    return hashlib.sha256(json.dumps(texts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _contest(laws: Sequence[tuple[str, Entry]]) -> int:
    """Return which level holds: the nearest, unless it is contested and the one above is stricter."""
    own = laws[0][1]
    if not own.contested or len(laws) == 1:
        return 0
    above = 1 + _contest(laws[1:])
    mine, theirs = _size(own), _size(laws[above][1])
    stricter = theirs > mine if own.contested == "max" else theirs < mine
    return above if stricter else 0


def _size(entry: Entry) -> Fraction:
    return Fraction(entry.value) if not isinstance(entry.value, tuple) else Fraction(0)


def _upwards(found: Mapping[str, Jurisdiction], start: str) -> Iterator[str]:
    seen: set[str] = set()
    at: str | None = start
    while at is not None and at in found and at not in seen:
        seen.add(at)
        yield at
        at = found[at].parent


def _read(
    texts: Mapping[str, str],
) -> tuple[dict[str, Jurisdiction], dict[str, Texts], dict[str, list[Texts]]]:
    found: dict[str, Jurisdiction] = {}
    files: dict[str, str] = {}
    faults: dict[str, list[Texts]] = {}
    data: dict[str, dict[str, Any]] = {}
    for name, text in sorted(texts.items()):
        try:
            data[name] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            faults.setdefault(name, []).append((f"不是 TOML: {error}", f"Not TOML: {error}"))
    places, laws, wrong = _names(data.pop(NAMES, {}))
    if wrong:
        faults.setdefault(NAMES, []).extend(wrong)
    for name, content in data.items():
        meta = content.pop("meta", None)
        wrong = list(_meta_problems(meta))
        if not wrong and meta["id"] in found:
            wrong.append((f"编号重复: {meta['id']}", f"The id {meta['id']} is taken by {files[meta['id']]}"))
        if not wrong:
            entries, wrong = _entries(content, decided=meta["id"] == DEFAULTS)
            title = meta["title"], places.get(meta["id"], meta["title"])
            found[meta["id"]] = Jurisdiction(meta["id"], title, meta.get("parent"), entries)
            files[meta["id"]] = name
        if wrong:
            faults.setdefault(name, []).extend(wrong)
    for place, said in _relations(found):
        faults.setdefault(files[place], []).append(said)
    return found, laws, faults


def _names(data: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Texts], list[Texts]]:
    places, laws = data.get("places", {}), data.get("laws", {})
    wrong: list[Texts] = []
    for mark, words in [*places.items(), *laws.items()]:
        pair = [words, words] if isinstance(words, str) else words
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(word, str) and word for word in pair)):
            wrong.append((f"{mark}: 应为中文名和英文名", f"{mark}: a Chinese and an English name"))
    return (places, {mark: (words[0], words[1]) for mark, words in laws.items()}, []) if not wrong else ({}, {}, wrong)


def _meta_problems(meta: Any) -> Iterator[Texts]:
    if not isinstance(meta, dict) or not isinstance(meta.get("id"), str) or not isinstance(meta.get("title"), str):
        yield "缺少 meta.id 或 meta.title", "meta.id or meta.title is missing"
        return
    for name in sorted(set(meta) - _META):
        yield f"meta 有未知字段 {name}", f"meta has an unknown field {name}"


def _entries(data: Mapping[str, Any], *, decided: bool) -> tuple[dict[str, tuple[Entry, ...]], list[Texts]]:
    entries: dict[str, tuple[Entry, ...]] = {}
    wrong: list[Texts] = []
    for key, versions in _flat(data, ""):
        faults = [texts for written in versions for texts in problems(key, written)]
        if not faults:
            read = sorted((Entry.from_json(key, written) for written in versions), key=lambda entry: entry.valid_from)
            entries[key] = tuple(read)
            if any(one.valid_from == other.valid_from for one, other in pairwise(read)):
                faults.append((f"{key}: 两条同日生效", f"{key}: two entries begin on one day"))
            if len({entry.unit for entry in read}) > 1 and not key.endswith("_limit"):
                faults.append((f"{key}: 单位前后不一", f"{key}: its entries differ in their unit"))
            if any((entry.source == DECIDED) != decided for entry in read):
                faults.append((f"{key}: 只有缺省文件可写 decide", f"{key}: decide belongs to the defaults alone"))
        wrong.extend(faults)
    return entries, wrong


def _flat(node: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, list[Any]]]:
    for name, sub in node.items():
        if isinstance(sub, dict) and "value" not in sub:
            yield from _flat(sub, f"{prefix}{name}.")
        else:
            yield prefix + name, sub if isinstance(sub, list) else [sub]


def _relations(found: Mapping[str, Jurisdiction]) -> Iterator[tuple[str, Texts]]:
    """Yield, with the jurisdiction at fault, what is wrong between files that are each well formed."""
    for place, jurisdiction in found.items():
        parent = jurisdiction.parent
        if parent is not None and (parent not in found or parent == DEFAULTS):
            yield place, (f"上级不存在: {parent}", f"The parent {parent} does not exist")
            continue
        chain = list(_upwards(found, place))
        if found[chain[-1]].parent is not None:
            yield place, ("上级成环", "The parents form a circle")
            continue
        for key, versions in jurisdiction.entries.items():
            above = [entry for level in chain[1:] for entry in found[level].entries.get(key, ())]
            if any(entry.contested for entry in versions) and not above:
                yield place, (f"{key}: 上级没有此条, 无从抵触", f"{key}: contested, but no level above has it")
            everywhere = [*above, *(found[DEFAULTS].entries.get(key, ()) if DEFAULTS in found else ())]
            if not key.endswith("_limit") and any(entry.unit != versions[0].unit for entry in everywhere):
                yield place, (f"{key}: 单位与上级不同", f"{key}: another unit than above")
