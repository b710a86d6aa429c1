"""Reading bundles: which estates are fit for one, which are in it, and who answers for each of them now."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

from casework.cases.models import Case, CaseLink
from casework.directory import queries as directory
from casework.directory.models import Area
from casework.errors import Conflict, Refused
from casework.persistence import Work
from casework.takeovers.models import FlaggedEstate, UnitPeriod
from casework.takeovers.planning_models import Bundle, BundleMember, EstateSurvey
from casework.votes.models import Roll

ENTRY: Final = "bundle_entry"
LEAST: Final = "takeover.bundle.min_estates"
OLD: Final = ("dwelling_of_unit", "resettlement", "old_estate")
"""Where an old estate comes from; any other is old where table takeover_class found it fit for a bundle."""
OWN: Final = "old_estate"
NAMES: Final = frozenset({"waiting_estates"})


def facts(work: Work, case: Case) -> Mapping[str, Any]:
    """Return `waiting_estates`: rows {estate} of the street of the case that were found fit for a bundle and are in
    none.
    """
    rows = waiting(work, case.area_id) if case.estate_id is None else ()
    return {"waiting_estates": [{"estate": Decimal(one.estate_id)} for one in rows]}


def waiting(work: Work, street_id: int) -> Sequence[FlaggedEstate]:
    """Return the flagged estates of a street that were classified for a bundle and are in no open one, by name."""
    inside = select(BundleMember.estate_id).where(BundleMember.open)
    query = (
        select(FlaggedEstate)
        .join(Area, Area.id == FlaggedEstate.estate_id)
        .where(FlaggedEstate.estate_id.in_(_below(work, street_id)), FlaggedEstate.ended_at.is_(None))
        .where(FlaggedEstate.class_ == "B", FlaggedEstate.estate_id.not_in(inside))
    )
    return work.session.scalars(query.order_by(Area.name, Area.id)).all()


def fit(work: Work, street_id: int, estates: Sequence[int]) -> Sequence[FlaggedEstate]:
    """Return the flags of the estates, locked, in the order given, each once.

    Raises Refused for one of another street, not flagged, not old or without a roll; Conflict for one that is in
    another open bundle or in a takeover of its own. Each refusal names the estates.
    """
    wanted = list(dict.fromkeys(estates))
    names = names_of(work, wanted)
    rows = select(FlaggedEstate).where(FlaggedEstate.estate_id.in_(wanted), FlaggedEstate.ended_at.is_(None))
    flags = {one.estate_id: one for one in work.session.scalars(rows.order_by(FlaggedEstate.id).with_for_update())}
    old = {key for key, one in flags.items() if one.class_ == "B" or (one.class_ is None and one.origin in OLD)}
    bundled = select(BundleMember.estate_id).where(BundleMember.open, BundleMember.estate_id.in_(wanted))
    taken = select(FlaggedEstate.estate_id).join(Case, Case.id == FlaggedEstate.case_id)
    taken = taken.where(Case.process == "estate_takeover", Case.status == "open", FlaggedEstate.ended_at.is_(None))
    rolled = set(work.session.scalars(select(Roll.estate_id).where(Roll.estate_id.in_(wanted))))
    _must(set(names) & set(_below(work, street_id)), wanted, names, "不是本街道的小区", "not estates of this street")
    _must(set(flags), wanted, names, "还没有标记为失管", "not flagged as unmanaged yet")
    _must(old, wanted, names, "不是老旧小区，不能打包", "not old estates, which alone are bundled")
    _must(rolled, wanted, names, "还没有业主名册，请先导入", "without a roll of owners: take one in first")
    _free(set(work.session.scalars(bundled)), names, "已在另一个打包项目中", "already in another bundle")
    _free(set(work.session.scalars(taken)) & set(wanted), names, "正在单独办理接管", "being taken over singly")
    return [flags[one] for one in wanted]


def of_case(work: Work, case_id: int) -> Bundle | None:
    """Return the bundle of a case; None before it is formed."""
    return work.session.scalars(select(Bundle).filter_by(case_id=case_id)).one_or_none()


def entries_of(work: Work, case_id: int) -> dict[int, int]:
    """Return the open entries that the bundle of a case has opened: case by estate."""
    rows = select(Case.estate_id, Case.id).join(CaseLink, CaseLink.other_id == Case.id)
    rows = rows.where(CaseLink.case_id == case_id, Case.process == ENTRY, Case.status == "open")
    return {estate: entry for estate, entry in work.session.execute(rows.order_by(Case.id)) if estate is not None}


def names_of(work: Work, estates: Collection[int]) -> dict[int, str]:
    """Return the names of estates by id, those that there are."""
    rows = select(Area.id, Area.name).where(Area.id.in_(estates), Area.kind == "estate").order_by(Area.id)
    return dict(work.session.execute(rows).all())


def answering(work: Work, estates: Collection[int]) -> dict[int, int]:
    """Return the unit that answers now for each of the estates that has one."""
    rows = select(UnitPeriod.estate_id, UnitPeriod.unit_id).where(
        UnitPeriod.estate_id.in_(estates), UnitPeriod.during.contains(work.now)
    )
    return dict(work.session.execute(rows).all())


def surveyed_body(work: Work, estate_id: int) -> str:
    """Return the body that stands for the owners as the newest survey found it: pmc, epc or none."""
    newest = select(EstateSurvey.body).where(EstateSurvey.estate_id == estate_id)
    found = work.session.scalar(newest.order_by(EstateSurvey.at.desc(), EstateSurvey.id.desc()).limit(1))
    return "none" if found in (None, "committee") else str(found)


def _below(work: Work, street_id: int) -> list[int]:
    return [one.id for one in directory.subtree(work, street_id, ("estate",))]


def _must(fine: Collection[int], wanted: Sequence[int], names: Mapping[int, str], zh: str, en: str) -> None:
    wrong = [names.get(one, str(one)) for one in wanted if one not in fine]
    if wrong:
        raise Refused(f"{'、'.join(wrong)}：{zh}。", f"{', '.join(wrong)}: {en}.")


def _free(taken: Collection[int], names: Mapping[int, str], zh: str, en: str) -> None:
    if taken:
        named = [names[one] for one in sorted(taken)]
        raise Conflict(f"{'、'.join(named)}：{zh}。", f"{', '.join(named)}: {en}.")
