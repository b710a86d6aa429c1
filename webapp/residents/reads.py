"""What the residents' pages ask of the domain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import g

from casework import attachments
from casework.cases import queries, reading
from casework.cases.models import Case
from casework.cases.views import Addition, FileView, TimelineEntry
from casework.complaints.additions import additions, may_add
from casework.complaints.models import Intake
from casework.complaints.queries import case_of, own_reports, questions, title_of
from casework.complaints.reopening import may_reopen
from casework.complaints.reporting import start_form
from casework.directory import queries as directory
from casework.directory.models import Organisation
from casework.feel import Scope
from casework.forms import Form
from casework.persistence import Work
from webapp.conditions import Standing
from webapp.conditions import standing as standing_of
from webapp.forms import components
from webapp.residents.stepper import Standing as Standing5
from webapp.residents.stepper import standing, steps
from webapp.residents.views import Category, Danger, Promise, ReportRow, TrackView

MOST_ESTATES = 400
_TOO_LONG = 19
_UP = frozenset(("supervised", "raised", "breached", "carded"))
# Whom to call before anything else; what a person must do first is no rule of the trade that a designer changes.
CALL = {
    "lift_trapped": "96333",
    "fire": "119",
    "gas_leak": "119",
    "collapse_or_falling": "110 120",
    "electric_shock": "120",
}
# What a danger is usually about, so that nobody in danger has to look for it; it can be changed on the page.
LIKELY = {
    "lift_trapped": ("lift", "lift_fault"),
    "fire": ("fire_lane", "fire_equipment"),
    "gas_leak": ("gas", "gas_supply"),
    "collapse_or_falling": ("leaks", "leak_after_warranty"),
    "electric_shock": ("power_light", "power_supply"),
    "burst_pipe": ("water", "water_utility"),
    "heating_leak": ("heating", "too_cold"),
    "no_heat": ("heating", "too_cold"),
    "no_water_power": ("water", "water_utility"),
    "flooded_garage": ("drains", "drains_blocked"),
}
# A resident gives no references to people, and does not fill in for others.
_NOT_ASKED = frozenset(("about", "on_behalf_of"))


@dataclass(frozen=True)
class ReportForm:
    """The start form of today's release, and the part of it that this page asks."""

    form: Form
    schema: Mapping[str, Any]
    fixed: Mapping[str, Any]
    choices: Mapping[str, Sequence[tuple[str, tuple[str, str]]]]


def categories(work: Work) -> Sequence[Category]:
    """Return the categories of the start form, in its order."""
    return [Category(value, names) for value, names in _options(start_form(work), "category")]


def dangers(work: Work) -> Sequence[Danger]:
    """Return the urgent classes of the start form, with whom to call first."""
    found = _options(start_form(work), "danger")
    return [Danger(value, names, CALL.get(value, "")) for value, names in found if value != "none"]


def report_form(work: Work, category: str, danger: str) -> ReportForm:
    """Return what is still to be asked once category or danger is chosen."""
    form = start_form(work)
    fixed: dict[str, Any] = {"danger": danger or "none"}
    if category:
        fixed["category"] = category
    asked = [_asked(one, category, danger) for one in form.schema["components"] if one.get("key") not in fixed]
    schema = {**form.schema, "components": [one for one in asked if one is not None]}
    return ReportForm(form, schema, fixed, {"area:estate": estates(work)})


def estates(work: Work) -> list[tuple[str, tuple[str, str]]]:
    """Return the estates a report can be about, the resident's own first."""
    homes = [directory.ancestor(work, area_id, "estate") for area_id, _path, _kind in g.visitor.viewer.homes]
    own = [one for one in homes if one is not None]
    others = directory.find_areas(work, "", limit=MOST_ESTATES)
    rows = {one.id: one for one in (*own, *others)}
    return [(str(one.id), one.names) for one in rows.values()]


def stands(work: Work, asked: ReportForm, answers: Mapping[str, Any]) -> Standing:
    """Return which fields of the report stand on this page, with the causes that are left."""
    causes = next((one["values"] for one in asked.schema["components"] if one.get("key") == "cause"), ())
    only = {name: [value] for name, value in asked.fixed.items()}
    only["cause"] = [None, *(one["value"] for one in causes)]
    found = standing_of(asked.form, {**answers, **asked.fixed}, Scope({}, {}, work.now, work.house.zone), only)
    return replace(found, offered={name: left for name, left in found.offered.items() if name != "cause"})


def home(work: Work) -> dict[str, Any]:
    """Return what is known of where the resident lives, to begin the form with."""
    homes = g.visitor.viewer.homes
    if not homes:
        return {}
    flat, estate = directory.area(work, homes[0][0]), directory.ancestor(work, homes[0][0], "estate")
    return {"estate": estate.id if estate else None, "location": flat.name if flat else None}


def promise(work: Work, danger: str) -> Promise:
    """Return what will happen after the report, as far as it is known before the place is."""
    del work
    if danger:
        first = ("马上通知应急值守人员和监督单位", "The duty people and the supervising offices are told at once")
    else:
        first = ("马上派给该管的单位，并告诉您案号", "It goes to whoever is responsible, and you get a case code")
    return Promise(
        [
            TimelineEntry("now", first),
            TimelineEntry("auto", ("您会看到最晚答复的日子和依据", "You see the day you get an answer by, and why")),
            TimelineEntry("up", ("到期没有实际处理，自动上报上一级", "Nothing done in time: it escalates by itself")),
            TimelineEntry("next", ("办完有人回访，您满意才算完", "Somebody asks you when it is done")),
        ]
    )


def track(work: Work, intake: Intake) -> TrackView:
    """Return the resident's own case in plain words."""
    case = case_of(work, intake)
    clocks = reading.clock_views(work, case)
    promised = next((one for one in clocks if one.name == "reply" and one.stopped is None), None)
    promised = promised or next((one for one in clocks if one.leading), None)
    now = standing(case)
    says, notices = now.says(case)
    unit = directory.organisation(work, case.unit_id)
    waits = queries.awaited(work, case.id)
    return TrackView(
        no=intake.code,
        title=title_of(intake, case),
        state=now.label,
        says=says,
        steps=steps(now),
        promised=promised.due if promised and case.status == "open" else None,
        mark=promised.mark if promised and case.status == "open" else "",
        law=promised.law if promised and case.status == "open" else None,
        notices=notices,
        who=_who(case, unit),
        phone=(unit.duty_phone or "") if unit else "",
        timeline=_story(work, now, case),
        files=files(work, intake),
        questions=questions(work, case, intake),
        may_rate="resident_rated" in waits and intake.callback == "waiting",
        may_reopen=may_reopen(work, case),
        may_withdraw="withdrawn" in waits and intake.callback != "dropped",
        may_add=may_add(case, intake),
        additions=[Addition(one.at, one.text) for one in additions(work, [intake.id])],
    )


def _story(work: Work, now: Standing5, case: Case) -> list[TimelineEntry]:
    """Return what a resident wants to know of the history: what the trade said in words; no names, no clocks."""
    told = [
        TimelineEntry("up" if line.what in _UP else "auto", (line.text_zh, line.text_en or line.text_zh), line.at)
        for line in queries.history_of(work, case.id)
        if line.text_zh and line.kind != "clock"
    ]
    begins = [TimelineEntry("now", now.label)] if case.status == "open" else []
    return [*begins, *told[::-1][:30]]


def files(work: Work, intake: Intake) -> list[FileView]:
    """Return the files this resident sent."""
    found = attachments.files_for(work, [f"intake:{intake.id}"])
    return [
        FileView(one.id, one.name, one.media_type, ("您上传", "Yours"), one.uploaded_at, one.size)
        for one in found
        if one.is_picture
    ]


def mine(work: Work, after: str | None) -> tuple[Sequence[ReportRow], str | None]:
    """Return the reports of the person who asks, newest first."""
    before = int(after) if after and after.isascii() and after.isdigit() and len(after) < _TOO_LONG else None
    found, then = own_reports(work, g.visitor.viewer, before)
    rows = [
        ReportRow(one.code, one.title, one.place, standing(one.case).label, one.due, one.mark, one.asks)
        for one in found
    ]
    return rows, None if then is None else str(then)


def _who(case: Case, unit: Organisation | None) -> list[tuple[Any, Any]]:
    rows: list[tuple[Any, Any]] = []
    if unit is not None:
        rows.append((("处理", "Handled by"), unit.names))
    if case.tier:
        rows.append((("督办", "Supervised by"), queries.TIERS[case.tier]))
    return rows


def _options(form: Form, key: str) -> list[tuple[str, tuple[str, str]]]:
    for one in components(form.schema):
        if one.get("key") == key:
            return [(str(o["value"]), (str(o["label"]), str(o.get("label_en") or o["label"]))) for o in one["values"]]
    return []


def _asked(one: Mapping[str, Any], category: str, danger: str) -> Mapping[str, Any] | None:
    if one.get("type") == "text" and danger == "":
        return None
    if one.get("type") == "text" or one.get("key") in _NOT_ASKED:
        return None
    if one.get("type") == "group":
        return {**one, "components": [each for each in one["components"] if each.get("key") not in _NOT_ASKED]}
    likely = LIKELY.get(danger, ("", ""))
    if one.get("key") == "category":
        return {**one, "defaultValue": likely[0]}
    if one.get("key") == "cause":
        values = [each for each in one["values"] if not category or each.get("group") == category]
        first = values[0]["value"] if category and len(values) == 1 else likely[1]
        return {**one, "values": values, "defaultValue": first or None, "description": "", "properties": _bare(one)}
    return one


def _bare(one: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (one.get("properties") or {}).items() if name != "description_en"}
