"""The fields of a form, with both languages, as rules and pages need them."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from casework.errors import Texts
from casework.feel import Expression, Pattern

REFERENCES = frozenset(("person", "org", "area", "case"))
KINDS = REFERENCES | {"sign", "instant", "date", "time", "bool", "number", "money", "place"}
CHOICES = frozenset(("radio", "select"))
LISTS = frozenset(("checklist", "taglist"))
KEYED = CHOICES | LISTS | {"textfield", "textarea", "number", "datetime", "checkbox", "filepicker", "expression"}
NESTING = frozenset(("group", "dynamiclist"))
SHOWN_ONLY = frozenset(("text", "html", "image", "iframe", "table", "documentPreview", "separator", "spacer", "button"))
TYPES = KEYED | NESTING | SHOWN_ONLY

Limit = Decimal | Expression | None  # a number of the schema, or FEEL that gives one


@dataclass(frozen=True, slots=True)
class Written:
    """An expression as the designer wrote it, and the component it stands on."""

    element: str | None
    name: str | None
    expression: Expression


@dataclass(frozen=True, slots=True)
class Option:
    """One value to choose; `group` ties it to the value of another field, `show_if` says when it may be chosen."""

    value: Any
    label: Texts
    group: str | None = None
    show_if: Expression | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What a value must be like."""

    required: bool = False
    required_if: Expression | None = None
    shortest: Limit = None
    longest: Limit = None
    least: Limit = None
    most: Limit = None
    digits: int | None = None
    step: Decimal | None = None
    pattern: Pattern | None = None
    pattern_texts: Texts | None = None
    not_before_today: bool = False
    must: Expression | None = None
    must_texts: Texts | None = None
    own_texts: Texts | None = None  # said in place of the house's words for whatever is wrong
    most_files: int | None = None
    most_bytes: int | None = None
    most_image_bytes: int | None = None
    accept: tuple[str, ...] = ()
    earliest: Expression | None = None
    latest: Expression | None = None
    least_rows: Limit = None
    most_rows: Limit = None


@dataclass(frozen=True, slots=True)
class Field:
    """One component of a form.

    `type` is form-js's, `kind` ours (person, org, area, case, sign, instant …) where the schema has no word; `level` is
    which kind of area may be chosen. `key` is its name among the answers; a group without a key leaves its fields where
    they are.
    """

    id: str | None
    type: str
    kind: str | None
    key: str
    label: Texts
    description: Texts
    rules: Rules = field(default_factory=Rules)
    options: tuple[Option, ...] = ()
    options_from: Expression | None = None
    group_by: str | None = None
    hide: Expression | None = None
    locked: Expression | bool = False  # shown, but not the person's to change
    default: Any = None
    computed: Expression | None = None
    multiple: bool = False
    as_text: bool = False
    fixed_rows: bool = False  # rows can neither be added nor taken away
    staff_only: bool = False
    pii: bool = False
    fields: tuple["Field", ...] = ()
    text: Texts = ("", "")
    level: str | None = None

    @property
    def reference(self) -> bool:
        """Say whether the value is the id of a person, organisation, area or case."""
        return self.kind in REFERENCES

    @property
    def holds_list(self) -> bool:
        """Say whether the value is a list."""
        return self.type in LISTS or self.type in ("filepicker", "dynamiclist") or self.multiple

    def name(self, language: str) -> str:
        """Return the label in a language; Chinese where there is no English."""
        return (self.label[1] if language.startswith("en") else "") or self.label[0] or self.key
