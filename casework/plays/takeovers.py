"""What people do, and what a scenario may expect, while a company takes over an estate and serves it."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from casework.calendar import months_on
from casework.cases.models import Case, WorkItem
from casework.cases.values import from_json
from casework.persistence import Work
from casework.plays.comparing import equal
from casework.plays.town import Town
from casework.takeovers.bundles import answering as bundle_units
from casework.takeovers.bundles import of_case
from casework.takeovers.entry_models import ServiceContract
from casework.takeovers.money_models import FeeYear, RevenuePosting, SubsidyPayment, YearScore
from casework.takeovers.revenue import balance_of

Details = Mapping[str, Any]
_PHOTO = {"photos": 1}
_YEARS = 3
_LIFT = "电梯"
_PAPERS = ("documents", "accounts", "contracts")


def _planned(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    """Inspect today, by the whole checklist; the town's estate is old and has no lift."""
    del town, details
    rows = [{"group": row["group"], "item": row["item"]} for row in _data(item)["listed"] if _LIFT not in row["item"]]
    return {"groups": sorted({row["group"] for row in rows}), "check_on": str(_today(work)), "checklist": rows}


def _papers(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    """Hand in every paper of the checklist, but for `missing`, whose numbers in it are told."""
    del town
    wanted = [row for row in _data(item)["checklist"] if row["group"] in _PAPERS]
    rows = [{"group": row["group"], "item": row["item"], "state": "present"} for row in wanted]
    for number in details.get("missing") or ():
        rows[number - 1] |= {"state": "missing", "keeper": "原服务人", "due": str(_today(work) + timedelta(days=30))}
    return {"papers": rows}


def _found(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    """Find everything sound, with all sides there."""
    del town, details
    wanted = [row for row in _data(item)["checklist"] if row["group"] not in _PAPERS]
    rows = [{"group": row["group"], "item": row["item"], "state": "sound"} for row in wanted]
    return {"checked_on": str(_today(work)), "present": ["new", "old", "community", "street"], "items": rows}


def _explained(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    """Explain whatever differs from what was handed in."""
    del work, town, details
    told = ("group", "item", "was", "now", "difference")
    rows = [{name: row[name] for name in told} for row in _data(item)["differences"]]
    return {"explained": [{**row, "explanation": "保管不善，已补办。"} for row in rows]}


def _agreed(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    del town, item, details
    signed = {"signing": "signed", "agreement": _PHOTO, "agreed_on": str(_today(work))}
    return {**signed, "signed_by": ["new", "old", "community"]}


def _filed(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    del town, item, details
    return {"filed_on": str(_today(work)), "receipt": _PHOTO}


def _contract(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    """Sign today for three years from today."""
    del town, item, details
    today = _today(work)
    ends = months_on(today, _YEARS * 12)[0] - timedelta(days=1)
    sides = [
        {"side": "owners", "person": "业主代表", "mark": "本人签名"},
        {"side": "firm", "person": "企业负责人", "mark": "本人签名"},
    ]
    dates = {"signed_on": str(today), "from": str(today), "to": str(ends)}
    return {"contract_files": _PHOTO, **dates, "signatures": sides}


def _number(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    return {**_filed(work, town, item, details), "number": f"备〔{_today(work).year}〕{item.id}"}


def _here(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    del item
    return {"lead": town.person(details["lead"]), "reported_on": str(_today(work))}


def _up(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    del town, item, details
    places = [{"where": "1号楼", "photo": _PHOTO}, {"where": "2号楼", "photo": _PHOTO}]
    return {"posted_at": work.now.isoformat(), "online": True, "places": places}


def _quarter(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    """Post a quarter: nothing came in, unless `income` says how much on its first day."""
    del town
    quarter = _data(item)["quarter"]
    income = None if details.get("income") is None else Decimal(str(details["income"]))
    row = {"kind": "income", "item": "停车", "day": str(quarter["from"]), "amount": str(income)}
    before = balance_of(work, work.session.get_one(Case, item.case_id).estate_id or 0)
    return {
        "entries": [] if income is None else [row],
        "balance": str(before + (income or 0)),
        "photo": _PHOTO,
    }


def _rated(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    """Rate a year: `score` (80) by all, `paid` (90) of a hundred thousand yuan of fees, every household asked."""
    del work, town
    rating, year = _instance(item), _data(item)["year"]
    answers: dict[str, Any] = {"score": details.get("score", 80), "evidence": _PHOTO}
    if rating["rater"] == "housing":
        answers |= {"fees_due": 100_000, "fees_paid": details.get("paid", 90) * 1_000}
    if rating["rater"] == "residents":
        answers["households"] = year["households"]
    return answers


def _subsidised(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    """Pay the subsidy of the year for the area on record; hold that of a failed year."""
    del work, town, details
    data = _data(item)
    pay = "hold" if data["scored"]["failed"] else "pay"
    return {"pay": pay, "rows": [{"months": data["year"]["months"], "area": data["year"]["area"]}]}


def _renovated(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    """Accept a work that is done as planned."""
    del work, town, details
    data = _data(item)
    one = data["one"]
    done = {"planned": one["planned"], "done": one["planned"], "payer": one["payer"], "unit": data["unit"]}
    return {"state": "accepted", **done, "photo": _PHOTO, "acceptance": _PHOTO}


ANSWERS: Mapping[str, Callable[[Work, Town, WorkItem, Details], Details]] = {
    "publicity_and_objections/post": _up,
    "takeover_inspection/plan": _planned,
    "takeover_inspection/collect": _papers,
    "takeover_inspection/check": _found,
    "takeover_inspection/explain": _explained,
    "takeover_inspection/settle": lambda _work, _town, _item, _details: {"agreed": True},
    "takeover_inspection/sign": _agreed,
    "takeover_inspection/file": _filed,
    "takeover_entry/sign": _contract,
    "takeover_entry/file_contract": _number,
    "takeover_entry/report_in": _here,
    "takeover_operation/renovate": _renovated,
    "takeover_year/evaluate": _rated,
    "takeover_year/subsidy": _subsidised,
    "revenue_posting/post_revenue": _quarter,
}
"""The usual answers to tasks whose names other processes use as well, by process and element."""


def _look_contract(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect of the newest contract of the case: none, or {unit, fee, from, to, shortfall, left_out, entered, …}.

    `lines` are [kind, item, yuan a year]; `filed` is its number; `entered` and `stopped` say whether it was.
    """
    rows = select(ServiceContract).where(ServiceContract.case_id == case.id).order_by(ServiceContract.id.desc())
    row = work.session.scalars(rows.limit(1)).first()
    if expected == "none" or row is None:
        equal("合同 contract", expected, "none" if row is None else row.id)
        return
    found = {
        "unit": row.unit_id,
        "fee": str(row.fee),
        "area": str(row.area),
        "shortfall": str(row.shortfall),
        "left_out": list(row.left_out),
        "lines": [[one["kind"], one["item"], one["amount"]] for one in row.lines],
        "posted": row.posted_on,
        "signed": row.signed_on,
        "from": row.from_on,
        "to": row.to_on,
        "filed": row.filed_on,
        "entered": row.entered_at is not None,
        "stopped": row.stopped_at is not None,
    }
    for field, value in expected.items():
        equal(f"合同 {field}", town.organisations[value] if field == "unit" else value, found[field])


def _look_years(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect the years of service in order: {unit, from, score, failed, fails, subsidy: yuan, state: paid or held}."""
    rows = work.session.execute(
        select(FeeYear, YearScore, SubsidyPayment)
        .outerjoin(YearScore, YearScore.year_id == FeeYear.id)
        .outerjoin(SubsidyPayment, SubsidyPayment.year_id == FeeYear.id)
        .where(FeeYear.case_id == case.id)
        .order_by(FeeYear.number)
    ).all()
    equal("年度 years", len(expected), len(rows))
    for wanted, (year, score, subsidy) in zip(expected, rows, strict=True):
        found = {
            "unit": year.unit_id,
            "from": year.from_on,
            "score": None if score is None else f"{score.composite.normalize():f}",
            "failed": score is not None and score.failed,
            "fails": 0 if score is None else score.fails,
            "subsidy": None if subsidy is None else str(subsidy.amount),
            "state": None if subsidy is None else subsidy.state,
        }
        for field, value in wanted.items():
            value = town.organisations[value] if field == "unit" else value
            equal(f"第 {year.number} 年 {field}", value, found[field])


def _look_account(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect of the owners' own account: {balance: yuan, postings: how many}."""
    del town
    estate = case.estate_id or 0
    postings = work.session.scalars(select(RevenuePosting.id).where(RevenuePosting.estate_id == estate)).all()
    found = {"balance": str(balance_of(work, estate)), "postings": len(postings)}
    for field, value in expected.items():
        equal(f"公共收益 {field}", value, found[field])


def _look_bundle(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect of the bundle of the case: {round, outcomes: {word: number}, units: {organisation: number of estates}}."""
    row = of_case(work, case.id)
    if row is None:
        equal("打包 bundle", expected, "none")
        return
    answering_now = list(bundle_units(work, [one.estate_id for one in row.members]).values())
    found = {
        "round": row.round,
        "outcomes": dict(Counter(one.outcome for one in row.members)),
        "units": {name: answering_now.count(town.organisations[name]) for name in expected.get("units", ())},
        "open": sum(one.open for one in row.members),
        "all": len(answering_now),
    }
    equal("打包 bundle", dict(expected), {name: found[name] for name in expected})


LOOKS: Mapping[str, Callable[..., None]] = {
    "contract": _look_contract,
    "years": _look_years,
    "account": _look_account,
    "bundle": _look_bundle,
}


def _data(item: WorkItem) -> Mapping[str, Any]:
    data: Mapping[str, Any] = (from_json(item.subject) or {}).get("data") or {}
    return data


def _instance(item: WorkItem) -> Mapping[str, Any]:
    found: Mapping[str, Any] = from_json((item.subject or {}).get("instance")) or {}
    return found


def _today(work: Work) -> date:
    return work.now.astimezone(work.house.zone).date()
