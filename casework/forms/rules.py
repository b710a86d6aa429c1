"""Whether a value keeps the rules of its field."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from casework.errors import Texts
from casework.feel import Scope
from casework.forms import words
from casework.forms.fields import Field, Limit
from casework.forms.values import units

_IMAGES = "image/"
MOST_ROWS = Decimal(200)


def broken(field: Field, value: Any, scope: Scope, files: Mapping[Any, Any]) -> Iterator[Texts]:
    """Run over what is wrong with the value of a shown field; `scope` sees all answers."""
    rules = field.rules
    if value is None or value is False or value == []:
        empty = value is not False or field.type == "checkbox"
        if empty and (rules.required or (rules.required_if is not None and rules.required_if.evaluate(scope) is True)):
            yield rules.own_texts or words.required(field)
            return
    if value is None:
        return
    found = [*_text(field, value, scope), *_number(field, value, scope), *_moment(field, value, scope)]
    found += [*_files(field, value, files), *_rows(field, value, scope)]
    if rules.must is not None and rules.must.evaluate(scope) is not True:
        found.append(rules.must_texts or words.MUST)
    yield from [rules.own_texts] if found and rules.own_texts else found


def _limit(limit: Limit, scope: Scope) -> Decimal | None:
    found = limit if limit is None or isinstance(limit, Decimal) else limit.evaluate(scope)
    return found if isinstance(found, Decimal) else None


def _text(field: Field, value: Any, scope: Scope) -> Iterator[Texts]:
    if not isinstance(value, str) or field.type not in ("textfield", "textarea"):
        return
    rules, length = field.rules, units(value)
    least, most = _limit(rules.shortest, scope), _limit(rules.longest, scope)
    if least is not None and length < least:
        yield words.at_least(least, "characters")
    if most is not None and length > most:
        yield words.at_most(most, "characters")
    elif rules.pattern is not None and rules.pattern.search(value, 0, scope.spend) is None:
        yield rules.pattern_texts or words.PATTERN


def _number(field: Field, value: Any, scope: Scope) -> Iterator[Texts]:
    if not isinstance(value, Decimal):
        return
    rules = field.rules
    least, most = _limit(rules.least, scope), _limit(rules.most, scope)
    if least is not None and value < least:
        yield words.at_least(least)
    if most is not None and value > most:
        yield words.at_most(most)
    if rules.digits is not None and value != round(value, rules.digits):
        yield words.digits(rules.digits)
    if rules.step is not None and value % rules.step:
        yield words.multiple_of(rules.step)


def _moment(field: Field, value: Any, scope: Scope) -> Iterator[Texts]:
    if not isinstance(value, date):
        return
    rules = field.rules
    day = value.astimezone(scope.zone).date() if isinstance(value, datetime) else value
    if rules.not_before_today and day < scope.now.astimezone(scope.zone).date():
        yield words.PASSED
    for limit, sign in ((rules.earliest, 1), (rules.latest, -1)):
        end: Any = None if limit is None else limit.evaluate(scope)
        if type(end) is type(value) and (end > value if sign > 0 else end < value):
            yield words.outside(end, scope.zone, early=sign > 0)


def _files(field: Field, value: Any, files: Mapping[Any, Any]) -> Iterator[Texts]:
    if field.type != "filepicker":
        return
    rules = field.rules
    if rules.most_files is not None and len(value) > rules.most_files:
        yield words.at_most(Decimal(rules.most_files), "files")
    known = {getattr(file, "id", key): file for key, file in files.items()}
    for key in value:
        file = known.get(key)
        if file is None:
            yield words.FILE_MISSING
            continue
        name, kind, size = _about(file)
        image_limit = rules.most_image_bytes if kind.startswith(_IMAGES) else None
        most = min((limit for limit in (rules.most_bytes, image_limit) if limit is not None), default=None)
        if most is not None and size > most:
            yield words.too_large(name, most)
        if rules.accept and not any(_accepts(wanted, name, kind) for wanted in rules.accept):
            yield words.wrong_type(name)


def _about(file: Any) -> tuple[str, str, int]:
    """Return name, media type and size of an uploaded file, which may be a mapping or an object."""
    if isinstance(file, Mapping):
        return str(file.get("name", "")), str(file.get("media_type", "")), int(file.get("size") or 0)
    return (
        str(getattr(file, "name", "")),
        str(getattr(file, "media_type", "") or ""),
        int(getattr(file, "size", 0) or 0),
    )


def _accepts(wanted: str, name: str, kind: str) -> bool:
    if wanted.startswith("."):
        return name.lower().endswith(wanted)
    return kind.startswith(wanted[:-1]) if wanted.endswith("/*") else kind == wanted


def _rows(field: Field, value: Any, scope: Scope) -> Iterator[Texts]:
    if field.type != "dynamiclist":
        return
    least, most = _limit(field.rules.least_rows, scope), _limit(field.rules.most_rows, scope) or MOST_ROWS
    if least is not None and len(value) < least:
        yield words.at_least(least, "rows")
    if len(value) > most:
        yield words.at_most(most, "rows")
