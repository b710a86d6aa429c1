"""What a complaint is called in lists: what it is about, and where, never whose."""

from casework.cases.models import Case
from casework.complaints.models import Intake
from casework.definitions import library
from casework.directory.queries import ancestors
from casework.errors import Texts
from casework.forms import Form, every
from casework.persistence import Work

_FORM = "complaint_handling/report"
_SHOWN = ("estate", "building")
_UNSORTED = ("待分类", "Not yet sorted")


def title(work: Work, case: Case, intake: Intake) -> Texts:
    """Return the title of a report in both languages, in the words that the report's form had for it.

    The place goes down to the building: a flat could tell who complained.
    """
    form = library.opened(work.session, case.release_id).forms.get(_FORM)
    where = [one for one in ancestors(work, intake.location_id or intake.estate_id) if one.kind in _SHOWN]
    zh, en = _subject(form, intake)
    return (
        f"{''.join(one.name for one in where)} {zh}".strip(),
        f"{en}, {', '.join(one.name_en or one.name for one in reversed(where))}",
    )


def _subject(form: Form | None, intake: Intake) -> Texts:
    """Return the danger, else the category with its cause, as the form calls them."""
    if intake.danger != "none":
        return _label(form, "danger", intake.danger)
    if intake.category is None:
        return _UNSORTED
    zh, en = _label(form, "category", intake.category)
    if intake.cause is not None:
        more_zh, more_en = _label(form, "cause", intake.cause)
        return f"{zh}：{more_zh}", f"{en}: {more_en}"
    return zh, en


def _label(form: Form | None, key: str, value: str) -> Texts:
    for field in every(form.fields) if form is not None else ():
        if field.key == key:
            return next((option.label for option in field.options if option.value == value), (value, value))
    return value, value
