"""What must hold of unmanaged estates at any moment, as `banjie verify` tells it."""

from collections.abc import Sequence

from sqlalchemy import and_, select, text

from casework.cases.invariants import Broken
from casework.directory.models import Area
from casework.persistence import Work
from casework.takeovers.entry_models import ServiceContract
from casework.takeovers.models import UnitPeriod
from casework.takeovers.planning_models import Bundle, BundleMember

_WITHOUT = text("""
    SELECT a.name FROM flagged_estate f JOIN area a ON a.id = f.estate_id
    WHERE NOT tstzrange(f.flagged_at, f.ended_at) <@ coalesce(
        (SELECT range_agg(p.during) FROM unit_period p WHERE p.estate_id = f.estate_id), '{}')
    ORDER BY a.id""")
_TWICE = text("""
    SELECT DISTINCT a.name FROM unit_period p JOIN unit_period q ON q.estate_id = p.estate_id AND q.id > p.id
        AND q.during && p.during JOIN area a ON a.id = p.estate_id ORDER BY a.name""")
_BUNDLED_AND_OPEN = (
    select(Area.name)
    .join(BundleMember, BundleMember.estate_id == Area.id)
    .join(Bundle, Bundle.id == BundleMember.bundle_id)
    .where(Bundle.ended_at.is_not(None), BundleMember.open)
    .order_by(Area.name)
)
_NOBODY_SIGNED = (
    select(Area.name)
    .join(ServiceContract, ServiceContract.estate_id == Area.id)
    .outerjoin(
        UnitPeriod,
        and_(UnitPeriod.estate_id == Area.id, UnitPeriod.during.contains(ServiceContract.entered_at)),
    )
    .where(ServiceContract.entered_at.is_not(None), UnitPeriod.unit_id.is_distinct_from(ServiceContract.unit_id))
    .order_by(Area.name)
)

_TOO_EARLY = text("""
    SELECT DISTINCT a.name FROM service_contract c JOIN area a ON a.id = c.estate_id
    JOIN inspection i ON i.case_id = c.case_id AND i.estate_id = c.estate_id AND i.to_unit_id = c.unit_id
    WHERE c.entered_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM inspection j WHERE j.case_id = c.case_id AND j.estate_id = c.estate_id
            AND j.to_unit_id = c.unit_id AND j.agreed_on <= (c.entered_at AT TIME ZONE :zone)::date)
    ORDER BY a.name""")


def broken(work: Work) -> Sequence[Broken]:
    """Return every flagged estate that had nobody, or two units, answering for it at some instant, every estate that an
    ended bundle forgot, and every one where another company entered than had signed, or one entered before the
    agreement of its inspection (聊城条例 11).
    """
    found = [
        Broken("estate_without_unit", name, "失管小区曾有一段时间没有责任单位", "for some time nobody answered for it")
        for name in work.session.scalars(_WITHOUT)
    ]
    for rule, query, zh, en in (
        ("estate_with_two_units", _TWICE, "小区同时有两个责任单位", "two units answer for it at once"),
        (
            "estate_left_in_bundle",
            _BUNDLED_AND_OPEN,
            "打包已结束，小区去向未定",
            "its bundle ended without deciding on it",
        ),
        (
            "contract_of_another",
            _NOBODY_SIGNED,
            "进驻的不是签约的企业",
            "the firm that entered did not sign the contract",
        ),
    ):
        found += [Broken(rule, name, zh, en) for name in work.session.scalars(query)]
    early = work.session.scalars(_TOO_EARLY, {"zone": work.house.zone.key})
    return found + [
        Broken("entered_before_agreement", name, "签订查验协议以前已经进驻", "it was entered before the agreement")
        for name in early
    ]
