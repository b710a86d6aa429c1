"""What must hold of unmanaged estates at any moment, as `banjie verify` tells it."""

from collections.abc import Sequence

from sqlalchemy import text

from casework.cases.invariants import Broken
from casework.persistence import Work

_WITHOUT = text("""
    SELECT a.name FROM flagged_estate f JOIN area a ON a.id = f.estate_id
    WHERE NOT tstzrange(f.flagged_at, f.ended_at) <@ coalesce(
        (SELECT range_agg(p.during) FROM unit_period p WHERE p.estate_id = f.estate_id), '{}')
    ORDER BY a.id""")
_TWICE = text("""
    SELECT DISTINCT a.name FROM unit_period p JOIN unit_period q ON q.estate_id = p.estate_id AND q.id > p.id
        AND q.during && p.during JOIN area a ON a.id = p.estate_id ORDER BY a.name""")


def broken(work: Work) -> Sequence[Broken]:
    """Return every flagged estate that had nobody, or two units, answering for it at some instant."""
    found = [
        Broken("estate_without_unit", name, "失管小区曾有一段时间没有责任单位", "for some time nobody answered for it")
        for name in work.session.scalars(_WITHOUT)
    ]
    return found + [
        Broken("estate_with_two_units", name, "小区同时有两个责任单位", "two units answer for it at once")
        for name in work.session.scalars(_TWICE)
    ]
