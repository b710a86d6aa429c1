from datetime import date

import pytest
from sqlalchemy import func, select

from casework.calendar import current, due, import_year, last_day, load_builtin, version_of
from casework.calendar.models import CalendarDay, CalendarVersion
from casework.errors import Invalid
from casework.persistence import Work

HEADER = "date,kind,name\n"
YEAR_2027 = HEADER + "".join(
    f"{day},{kind},{name}\n"
    for day, kind, name in [
        ("2026-12-27", "makeup", "元旦"),
        ("2027-01-01", "holiday", "元旦"),
        ("2027-01-04", "holiday", "元旦"),
        ("2027-02-06", "holiday", "春节"),
        ("2027-04-05", "holiday", "清明"),
        ("2027-05-01", "holiday", "劳动节"),
        ("2027-06-09", "holiday", "端午"),
        ("2027-09-15", "holiday", "中秋"),
        ("2027-10-01", "holiday", "国庆节"),
        ("2027-10-02", "holiday", "国庆节"),
        ("2027-10-03", "holiday", "国庆节"),
    ]
)


class Told:
    """Counts who was told of a new calendar."""

    def __init__(self) -> None:
        self.versions: list[int] = []

    def __call__(self, work: Work, version: CalendarVersion) -> None:
        self.versions.append(version.id)


def test_loading_the_builtin_table_twice_stores_it_once(work: Work) -> None:
    first = load_builtin(work)
    assert load_builtin(work) is first
    assert current(work.session).add_working_days(date(2026, 2, 13), 5) == (date(2026, 2, 27), False)
    assert work.session.scalar(select(func.count()).select_from(CalendarDay)) == 771


def test_a_new_year_ends_the_provisional_dates_and_is_announced_once(work: Work) -> None:
    load_builtin(work)
    before = due(current(work.session), date(2026, 12, 28), 5, "working_days")
    told = Told()
    version = import_year(work, YEAR_2027.encode(), told)
    calendar = current(work.session)
    after = due(calendar, date(2026, 12, 28), 5, "working_days")
    assert (before.provisional, last_day(before.instant)) == (True, date(2027, 1, 5))
    assert (after.provisional, last_day(after.instant)) == (False, date(2027, 1, 6))
    assert calendar.is_workday(date(2026, 12, 27))
    assert told.versions == [version.id]
    assert calendar.version == version.id
    assert import_year(work, YEAR_2027.encode(), told) is version
    assert told.versions == [version.id]


def test_a_corrected_year_replaces_the_whole_year_and_the_old_version_stays_readable(work: Work) -> None:
    first = import_year(work, YEAR_2027.encode(), Told())
    second = import_year(work, YEAR_2027.replace("2026-12-27,makeup,元旦\n", "").encode(), Told())
    assert not current(work.session).is_workday(date(2026, 12, 27))
    assert version_of(work.session, first.id).is_workday(date(2026, 12, 27))
    assert second.year == 2027
    assert current(work.session).is_workday(date(2026, 2, 28))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "Line 1: the header"),
        (HEADER, "empty"),
        ("日期\n", "Line 1: the header"),
        (YEAR_2027.replace("2027-04-05", "2027-04-31"), "Line 6: not a date"),
        (YEAR_2027.replace("2027-04-05", "20270405"), "Line 6: not a date"),
        (YEAR_2027.replace("2027-04-05,holiday", "2027-04-05,rest"), "Line 6: kind is"),
        (YEAR_2027.replace("2027-04-05,holiday", "2027-04-05,makeup"), "Line 6: 2027-04-05 is no weekend day"),
        (YEAR_2027.replace("2027-04-05,holiday,清明", "2027-04-05,holiday"), "Line 6: 3 columns"),
        (YEAR_2027.replace("2027-10-02", "2027-10-01"), "Line 11: 2027-10-01 repeats line 10"),
        (YEAR_2027.replace("2027-10-03,holiday,国庆节\n", ""), "2027-10-03 is missing"),
        (YEAR_2027.replace("2027-06-09,holiday,端午\n", ""), "端午 is missing"),
        (YEAR_2027.replace("2026-12-27", "2026-11-29"), "does not belong to 2027"),
        (YEAR_2027 + "2028-01-01,holiday,元旦\n", "does not belong to 2028"),
        (YEAR_2027 * 20, "at most"),
        (YEAR_2027.replace("清明", "清" * 41), "1 to 40"),
    ],
)
def test_a_malformed_table_changes_nothing(work: Work, table: str, said: str) -> None:
    load_builtin(work)
    old, told = current(work.session), Told()
    with pytest.raises(Invalid) as refused:
        import_year(work, table.encode(), told)
    assert any(said in english for _, english in refused.value.fields["file"]), refused.value.fields
    assert current(work.session) is old
    assert told.versions == []


def test_every_fault_is_listed_not_only_the_first(work: Work) -> None:
    table = YEAR_2027.replace("2027-04-05,holiday", "2027-04-05,rest").replace("2027-02-06", "2027-02-30")
    with pytest.raises(Invalid) as refused:
        import_year(work, table.encode(), Told())
    assert [chinese[:6] for chinese, _ in refused.value.fields["file"]] == ["第 5 行:", "第 6 行:"]


def test_a_file_in_another_encoding_is_refused_and_a_byte_order_mark_is_not(work: Work) -> None:
    with pytest.raises(Invalid):
        import_year(work, YEAR_2027.encode("gb18030"), Told())
    assert import_year(work, YEAR_2027.encode("utf-8-sig"), Told()).year == 2027
