"""What the diagram of the qualification review may ask for."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from casework import calendar
from casework.cases import clocks
from casework.cases.facts import seeing
from casework.cases.notices import tell
from casework.cases.step import Step
from casework.errors import Invalid, Refused
from casework.reviews.desks import desks_of
from casework.reviews.models import Review, ReviewCheck, ReviewSubject
from casework.reviews.queries import asked, checks_of, subjects_of, titles

LIST = "negative_list"
TABLE = "qualification"
CLOCK = "challenge"
_LENGTH = "review.challenge_days"
_CHANGED = "review_answered"


def open_review(step: Step, persons: Sequence[Any]) -> Mapping[str, Any]:
    """Begin a review of `persons`, rows with {person, on_paper} or bare ids, under the negative list of the day.

    Returns {id, persons: [{person, on_paper}]}. Raises Invalid when nobody is named, or somebody twice.
    """
    rows = [row if isinstance(row, Mapping) else {"person": row} for row in persons]
    people = [int(row["person"]) for row in rows]
    if not people or len(people) != len(set(people)):
        raise Invalid("请列出要审查的人员，每人一次。", "Name those who are to be reviewed, each once.")
    grounds = step.release.decisions[LIST].evaluate(seeing(step.work, step.case, step.data))
    review = Review(case_id=step.case.id, opened_at=step.work.now, grounds=[dict(ground) for ground in grounds])
    step.work.session.add(review)
    step.work.session.flush()
    for row in rows:
        step.work.session.add(
            ReviewSubject(
                review_id=review.id,
                person_id=int(row["person"]),
                on_paper=row.get("on_paper") is True,
                declaration={},
                challenge={},
            )
        )
    step.work.session.flush()
    step.note(
        f"开始资格联审，共 {len(people)} 人。",
        f"Review of {len(people)} people begun.",
        what="opened",
        review=review.id,
    )
    known = [{"person": Decimal(int(row["person"])), "on_paper": row.get("on_paper") is True} for row in rows]
    return {"id": Decimal(review.id), "persons": known}


def record_declaration(
    step: Step,
    review: Any,
    person: Any,
    items: Sequence[Mapping[str, Any]] = (),
    relations: str | None = None,
    files: Sequence[Any] = (),
) -> Mapping[str, Any]:
    """Keep what somebody declared about the negative list, with the consent they signed; the process keeps none of it.

    Declaring again takes the place of what was declared before.
    """
    one = _subject(step, review, person)
    one.declared_at, one.declared_by = step.work.now, step.person_id
    one.declaration = {
        "items": [{name: row.get(name) for name in ("ground", "yes", "detail")} for row in items],
        "relations": relations,
        "files": [int(file) for file in files or ()],
    }
    step.work.session.flush()
    step.note("已声明并同意审查。", "Declared, with consent to the review.", what="declared", subject=one.id)
    return {"items": None, "relations": None, "files": None, "consent": None}


def record_checks(step: Step, review: Any, unit: Any, checks: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Keep what office `unit` found, row by row; what it was not asked is refused, and nobody checks themselves.

    The process keeps none of it.
    """
    found = _review(step, review)
    grounds = asked(found)
    offices = desks_of(step.work, step.case, {ground["desk"] for ground in grounds})
    mine = {ground["ground"] for ground in grounds if offices[ground["desk"]].id == int(unit)}
    for row in checks:
        one = _subject(step, review, row["person"])
        if one.person_id == step.person_id:
            raise Refused("不能审查本人，请交由同事办理。", "Nobody checks themselves: hand this to a colleague.")
        if row["ground"] not in mine or one.declared_at is None:
            raise Refused("这一项不由本单位审查。", "This is not for this office to check.")
        _record(step, one, unit, row)
    step.work.session.flush()
    step.note(
        f"分项审查已回，共 {len(checks)} 项。", f"{len(checks)} findings came in.", what="checked", unit=int(unit)
    )
    return {"checks": None}


def combine(step: Step) -> Mapping[str, Any]:
    """Put together what is known of everybody by the table of the release, as it is today.

    Returns {qualification: all of it, passed: [{person, valid_until}], failed: [{person, grounds, until}]}.
    """
    found = step.release.decisions[TABLE].evaluate(seeing(step.work, step.case, step.data))
    step.note(
        f"汇总：合格 {len(found['passed'])} 人，不合格 {len(found['failed'])} 人。",
        f"Combined: {len(found['passed'])} qualified, {len(found['failed'])} not.",
        what="combined",
    )
    return {"qualification": found, "passed": found["passed"], "failed": found["failed"]}


def tell_failed(step: Step, review: Any, failed: Sequence[Mapping[str, Any]]) -> None:
    """Tell everybody who has failed, and nobody else, on what grounds and until when they may challenge it; once."""
    found = _review(step, review)
    waiting = [one for one in (_subject(step, review, row["person"]) for row in failed) if one.told_at is None]
    if not waiting:
        return
    clock = clocks.start(step.work, step.case, CLOCK, _LENGTH, step.work.now, again=True)
    grounds = {int(row["person"]): row["grounds"] for row in failed}
    for one in waiting:
        one.told_at, one.challenge_until = step.work.now, clock.due_at
        zh, en = titles(found, grounds[one.person_id])
        tell(
            step,
            "candidate_failed",
            f"person:{one.person_id}",
            grounds=list(grounds[one.person_id]),
            grounds_zh=zh,
            grounds_en=en,
            until=calendar.last_day(clock.due_at, step.work.house.zone),
        )
    step.work.session.flush()
    step.note(
        f"已告知 {len(waiting)} 人本人，可以申辩。",
        f"{len(waiting)} told, each in person: they may challenge it.",
        what="told",
        subjects=[one.id for one in waiting],
    )


def record_rulings(step: Step, review: Any, rulings: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Keep the street's ruling on each challenge, and on what no office could answer; each is told the outcome.

    Raises Refused for somebody who may still challenge and has not.
    """
    for row in rulings:
        one = _subject(step, review, row["person"])
        in_time = one.challenge_until is not None and step.work.now < one.challenge_until
        if one.told_at is not None and one.challenged_at is None and in_time:
            raise Refused("申辩期未满，此人尚未申辩。", "This person may still challenge it and has not yet.")
        one.ruling, one.ruling_reasons = str(row["finding"]), str(row["reasons"])
        one.ruled_at, one.ruled_by = step.work.now, step.person_id
        tell(step, "review_ruled", f"person:{one.person_id}", finding=one.ruling, subject=one.id)
    step.work.session.flush()
    step.note(f"已裁定 {len(rulings)} 人。", f"{len(rulings)} ruled on.", what="ruled")
    return {"rulings": None}


def recheck(step: Step, review: Any, lifted: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Keep what an office found when it looked again at one ground: a debt that is paid counts no more, at once.

    `lifted` is what was reported, {person, ground, unit, evidence}; `found` is {result, basis, evidence, valid_until}.
    """
    one = _subject(step, review, lifted["person"])
    if one.person_id == step.person_id:
        raise Refused("不能审查本人，请交由同事办理。", "Nobody checks themselves: hand this to a colleague.")
    evidence = [*(lifted.get("evidence") or ()), *(found.get("evidence") or ())]
    _record(step, one, lifted["unit"], {**found, "ground": lifted["ground"], "evidence": evidence})
    step.work.session.flush()
    step.throw(_CHANGED, {"person": Decimal(one.person_id)}, {"review": Decimal(int(review))})
    step.note("已复查。", "Checked again.", what="rechecked", subject=one.id, result=found["result"])


def _record(step: Step, one: ReviewSubject, unit: Any, row: Mapping[str, Any]) -> None:
    for known in checks_of(step.work, one.id):
        if known.ground == row["ground"]:
            known.replaced_at = step.work.now
    step.work.session.add(
        ReviewCheck(
            subject_id=one.id,
            ground=str(row["ground"]),
            unit_id=int(unit),
            result=str(row["result"]),
            basis=str(row.get("basis") or ""),
            evidence=[int(file) for file in row.get("evidence") or ()],
            valid_until=step.day(row.get("valid_until")),
            checked_at=step.work.now,
            checked_by=step.person_id,
        )
    )


def _review(step: Step, review: Any) -> Review:
    return step.work.session.get_one(Review, int(review))


def _subject(step: Step, review: Any, person: Any) -> ReviewSubject:
    found = next((one for one in subjects_of(step.work, int(review)) if one.person_id == int(person)), None)
    if found is None:
        raise Refused("此人不在本次审查的名单里。", "This person is not in this review.")
    return found


OPERATIONS = {
    "reviews.open": open_review,
    "reviews.record_declaration": record_declaration,
    "reviews.record_checks": record_checks,
    "reviews.combine": combine,
    "reviews.tell_failed": tell_failed,
    "reviews.record_rulings": record_rulings,
    "reviews.recheck": recheck,
}
