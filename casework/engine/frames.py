"""Where process data lives: one frame per process instance, and a small one per instance of a repeated activity.

All tokens of a process share its frame, so each sees at once what the others have written. Whoever worked on an older
view (a person with a form, an operation, an instance) is merged in three ways against what it saw, so that nothing
another branch wrote meanwhile is lost; of two real alternatives the later one wins and is reported.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from casework.engine.values import same

GONE: Final = object()  # no value under this name


class Frame:
    """Named values, how often they were written, and as much of what they were before as someone may still need."""

    __slots__ = ("authors", "ended", "given", "journal", "values", "version", "writers", "wrote")

    def __init__(self, values: dict[str, Any], given: Iterable[str] = ()) -> None:
        self.values = values
        self.version = 0
        self.journal: list[tuple[int, str, Any]] = []
        self.given = tuple(given)
        self.wrote: dict[str, None] = {}
        self.writers: dict[str, int] = {}  # the parallel branch that wrote a name last
        self.authors: dict[str, str] = {}  # and the element, as long as there are branches
        self.ended: dict[str, list[int]] = {}  # or that its branch has ended: when, and which token held the scope

    def write(self, updates: Mapping[str, Any], seen: int | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
        """Merge `updates` of someone who saw version `seen`; return what changed and what was lost to conflicts."""
        changed: dict[str, Any] = {}
        lost: dict[str, Any] = {}
        for name, mine in updates.items():
            current = self.values.get(name, GONE)
            base = current if seen is None else self._before(name, seen)
            merged, conflict = merge(base, current, mine)
            self.wrote[name] = None
            if same(merged, current):
                continue
            if conflict:
                lost[name] = current
            self.version += 1
            self.journal.append((self.version, name, current))
            self.values[name] = changed[name] = merged
        return changed, lost

    def prune(self, seen: Iterable[int]) -> None:
        """Forget what nobody needs who saw one of these versions."""
        needed: dict[int, tuple[int, str, Any]] = {}
        for version in set(seen):
            first: dict[str, tuple[int, str, Any]] = {}
            for entry in self.journal:
                if entry[0] > version:
                    first.setdefault(entry[1], entry)
            needed.update((entry[0], entry) for entry in first.values())
        self.journal = [needed[version] for version in sorted(needed)]

    def overwritten(self, changed: Mapping[str, Any], branch: int, others: Collection[int]) -> dict[str, Any]:
        """Note which branch made the changes; return what they replaced of branches that run beside it."""
        replaced: dict[str, Any] = {}
        for _, name, old in self.journal[len(self.journal) - len(changed) :]:
            if self.writers.get(name, branch) in others:
                replaced[name] = old
        if others:
            self.writers.update(dict.fromkeys(changed, branch))
        return replaced

    def overtaken(self, changed: Mapping[str, Any], branch: int, holders: Collection[int]) -> dict[str, Any]:
        """Return what the changes replaced of branches that have ended beside this one, in scopes still open."""
        replaced: dict[str, Any] = {}
        for _, name, old in self.journal[len(self.journal) - len(changed) :] if self.ended else ():
            moment, holder = self.ended.pop(name, (0, 0))
            if branch < moment and holder in holders:
                replaced[name] = old
        return replaced

    def end_branch(self, branch: int, moment: int, holder: int) -> None:
        """Note of everything a branch wrote last that the branch has ended."""
        for name in [name for name, writer in self.writers.items() if writer == branch]:
            del self.writers[name]
            self.ended[name] = [moment, holder]

    def differing(self, updates: Mapping[str, Any], seen: int | None) -> dict[str, Any]:
        """Return the updates without what someone who saw version `seen` has left as it was."""
        if seen is None:
            return dict(updates)
        return {name: value for name, value in updates.items() if not same(value, self._before(name, seen))}

    def own(self) -> dict[str, Any]:
        """Return what was written here, without what was given at the start."""
        return {name: self.values[name] for name in self.wrote if name not in self.given}

    def _before(self, name: str, seen: int) -> Any:
        for version, written, old in self.journal:
            if written == name and version > seen:
                return old
        return self.values.get(name, GONE)


def merge(base: Any, current: Any, mine: Any) -> tuple[Any, bool]:
    """Return what both sides made of `base` together, and whether one of them had to give way."""
    if same(mine, base) and current is not GONE:
        return current, False
    if same(current, base):
        return mine, False
    if isinstance(base, list) and isinstance(current, list) and isinstance(mine, list):
        size = len(base)
        if same(current[:size], base) and same(mine[:size], base):
            return current + mine[size:], False
    if same(current, mine):
        return mine, False
    if isinstance(current, dict) and isinstance(mine, dict):
        return _merge_contexts(base if isinstance(base, dict) else {}, current, mine)
    return mine, True


def _merge_contexts(base: dict[str, Any], current: dict[str, Any], mine: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    merged: dict[str, Any] = {}
    conflict = False
    for name in [*current, *(name for name in mine if name not in current)]:
        before, theirs, ours = base.get(name, GONE), current.get(name, GONE), mine.get(name, GONE)
        if theirs is GONE or ours is GONE:
            kept = ours if theirs is GONE else theirs
            if before is not GONE and same(kept, before):
                continue  # one side took the entry out and the other left it alone
            merged[name] = kept
            continue
        merged[name], lost = merge(before, theirs, ours)
        conflict = conflict or lost
    return merged, conflict
