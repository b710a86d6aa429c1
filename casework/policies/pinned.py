"""The rules that a case was started under, and goes on under."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Context, Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from casework.calendar import SHANDONG, Due, WorkCalendar, due, earliest, last_day
from casework.errors import NotFound, Refused
from casework.policies.entries import DECIDED, Entry, Texts, Value
from casework.policies.rules import Resolved
from casework.policies.words import counting_text, source_text, value_text

#: As many digits as FEEL numbers have.
_DIGITS = Context(prec=34)


class Change(NamedTuple):
    """A key whose entry differs between two pins; None where one of them lacks it."""

    key: str
    before: Entry | None
    after: Entry | None


@dataclass(frozen=True)
class Pinned:
    """Every rule that holds for a case, exact, with where it comes from and what it overrode."""

    release: str
    titles: Mapping[str, Texts]
    laws: Mapping[str, Texts]
    rules: Mapping[str, Resolved] = field(repr=False)

    @property
    def keys(self) -> frozenset[str]:
        """Every key that has a value here."""
        return frozenset(self.rules)

    def entry(self, key: str) -> Entry:
        """Return the entry that holds; raise NotFound for a key that has none here."""
        return self.rule(key).entry

    def rule(self, key: str) -> Resolved:
        """Return the entry that holds, with its level and what it overrode."""
        found = self.rules.get(key)
        if found is None:
            raise NotFound(f"没有政策项: {key}", f"There is no policy {key}")
        return found

    def value(self, key: str) -> Value:
        """Return the exact value: int, bool, text, Decimal, Fraction, or a tuple of them."""
        return self.entry(key).value

    def feel(self, key: str) -> Any:
        """Return the value as expressions see it: numbers as Decimal, lists as lists; None for an unknown key."""
        return _feel(self.rules[key].entry.value) if key in self.rules else None

    def share_fits(self, key: str, part: Decimal | int | None, whole: Decimal | int | None) -> bool:
        """Tell whether `part` of `whole` is the share that `key` asks: exactly, within its bound; never of nothing."""
        if part is None or not whole:
            return False
        entry = self.entry(key)
        asked, share = Fraction(str(entry.value)), Fraction(part) / Fraction(whole)
        compared = {"at_most": share <= asked, "more_than": share > asked, "less_than": share < asked}
        return compared.get(entry.bound or "", share >= asked)

    def why(self, key: str, language: str = "zh") -> str:
        """Explain a rule in plain words: what it says, how it is counted, its article, and what it overrode."""
        rule = self.rule(key)
        english = language.startswith("en")
        texts = [value_text(rule.entry), counting_text(rule.entry), self._origin(rule.level, rule.entry)]
        said = [text[english] for text in texts if text is not None]
        if rule.contested:
            said.append(
                "与上级规定不一致, 取较严者" if not english else "the levels contradict each other; the stricter holds"
            )
        for level, entry in rule.others:
            other = f"{value_text(entry)[english]}, {self._origin(level, entry)[english]}"
            said.append(f"instead of: {other}" if english else f"优先于: {other}")
        if english and rule.entry.note:
            said.append(f"note: {rule.entry.note}")
        return "; ".join(said)

    def brief(self, key: str, language: str = "zh") -> str:
        """Return what a rule says and its article, as a form tells it: "不少于 7 人（《…》第 21 条）"."""
        said = value_text(self.entry(key))[language.startswith("en")]
        source = self.source(key, language)
        return f"{said} ({source})" if language.startswith("en") else f"{said}（{source}）"

    def source(self, key: str, language: str = "zh") -> str:
        """Return the article that a rule comes from, in full."""
        return source_text(self.entry(key).source, self.laws)[language.startswith("en")]

    def deadline(self, key: str, start: datetime | date, calendar: WorkCalendar, zone: ZoneInfo = SHANDONG) -> Due:
        """Return when the period of `key` that begins at `start` ends (or the event at `start`, counted back)."""
        entry = self._period(key)
        return due(
            calendar,
            start,
            _length(entry),
            entry.unit,
            entry.mode,
            roll=entry.roll and bool(self._counting("roll_to_next_working_day", True)),
            dir=entry.dir,
            bound=entry.bound,
            start_day_included=bool(self._counting("start_day_included", False)),
            end_of_day=str(self._counting("end_of_day", "24:00")),
            zone=zone,
        )

    def extended(self, key: str, end: datetime, calendar: WorkCalendar, zone: ZoneInfo = SHANDONG) -> Due:
        """Return a due instant prolonged by the period of `key`: days are added to the day that `end` closes."""
        start = end if self._period(key).mode == "elapsed" else last_day(end, zone)
        return self.deadline(key, start, calendar, zone)

    def earliest(self, key: str, notice: datetime | date, calendar: WorkCalendar, zone: ZoneInfo = SHANDONG) -> Due:
        """Return when an act may begin of which notice was given so long before as `key` asks."""
        entry = self._period(key)
        return earliest(calendar, notice, _length(entry), entry.unit, zone)

    def changes(self, other: "Pinned") -> list[Change]:
        """Return what would differ under another pin: the preview of a re-pin."""
        found = (Change(key, self._entry(key), other._entry(key)) for key in sorted(self.keys | other.keys))
        return [change for change in found if change.before != change.after]

    @cached_property
    def digest(self) -> str:
        """The hash of everything pinned: equal rules have equal hashes."""
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return everything pinned as plain JSON values."""
        rules = {
            key: {
                "level": rule.level,
                "entry": rule.entry.to_json(),
                **({"others": [[level, entry.to_json()] for level, entry in rule.others]} if rule.others else {}),
                **({"contested": True} if rule.contested else {}),
            }
            for key, rule in self.rules.items()
        }
        titles = {level: list(texts) for level, texts in self.titles.items()}
        return {
            "release": self.release,
            "titles": titles,
            "laws": {m: list(t) for m, t in self.laws.items()},
            "rules": rules,
        }

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> "Pinned":
        """Return the pin that `to_json` wrote."""
        rules = {
            key: Resolved(
                rule["level"],
                Entry.from_json(key, rule["entry"]),
                tuple((level, Entry.from_json(key, entry)) for level, entry in rule.get("others", ())),
                rule.get("contested", False),
            )
            for key, rule in written["rules"].items()
        }
        titles = {level: (texts[0], texts[1]) for level, texts in written["titles"].items()}
        return cls(written["release"], titles, {m: (t[0], t[1]) for m, t in written["laws"].items()}, rules)

    def _entry(self, key: str) -> Entry | None:
        return self.rules[key].entry if key in self.rules else None

    def _origin(self, level: str, entry: Entry) -> Texts:
        zh, en = source_text(entry.source, self.laws)
        if entry.source == DECIDED:
            return zh, en
        title = self.titles.get(level, (level, level))
        return f"{title[0]}: {zh}, {entry.valid_from} 起施行", f"{title[1]}: {en}, in force from {entry.valid_from}"

    def _period(self, key: str) -> Entry:
        entry = self.entry(key)
        if not entry.is_period:
            raise Refused(f"{key} 不是期限", f"{key} is not a period")
        return entry

    def _counting(self, name: str, otherwise: Value) -> Value:
        rule = self.rules.get(f"calendar.{name}")
        return rule.entry.value if rule else otherwise


def _length(entry: Entry) -> int:
    return int(entry.value) if not isinstance(entry.value, tuple) else 0


def _feel(value: Any) -> Any:
    if isinstance(value, bool | str | Decimal):
        return value
    if isinstance(value, tuple):
        return [_feel(item) for item in value]
    if isinstance(value, Fraction):
        return _DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Decimal(value)
