"""The roll of an estate: a messy list is checked whole, loaded or not at all, looked at by two, and frozen for good."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from casework import policies
from casework.directory import services as directory
from casework.directory.models import Person, PersonData
from casework.directory.people import reveal
from casework.errors import CaseworkError, Conflict, Forbidden, Invalid, Refused
from casework.plays.town import add_staff
from casework.votes import rolls
from casework.votes.models import Roll, RollHead, RollOwner, RollPart
from tests.factories import Stage
from tests.votes.lists import as_csv, as_workbook, number_of, phone_of, row, sunshine

DAY = date(2026, 5, 20)
OFFICER, COLLEAGUE = "街道小孙", "社区小宋"


@pytest.fixture
def take_in(stage: Stage) -> Callable[..., rolls.Report]:
    """Take in a list of the town's estate, in somebody's name."""

    def taken(file: bytes, *, by: str | None = OFFICER, **details: Any) -> rolls.Report:
        with stage.work(by) as work:
            return rolls.take_in(work, stage.town.areas["estate"], file, "名册.xlsx", **{"as_of": DAY, **details})

    return taken


def rows_of(stage: Stage, model: type[Any]) -> int:
    with stage.work() as work:
        return work.session.scalar(select(func.count()).select_from(model)) or 0


def told(report: rolls.Report) -> set[tuple[int, str]]:
    return {(one.row, one.rule) for one in report.rows}


@pytest.mark.parametrize("made", [as_workbook, as_csv], ids=["xlsx", "gbk csv"])
def test_sunshine_garden_has_240_parts_204_heads_and_25200_square_metres(stage, take_in, made) -> None:
    report = take_in(made(sunshine()))
    assert (report.rows, report.parts, report.heads, report.area) == ([], 240, 204, Decimal("25200.00"))
    with stage.work() as work:
        kinds = dict(
            work.session.execute(
                select(RollHead.kind, func.count()).where(RollHead.roll_id == report.roll_id).group_by(RollHead.kind)
            ).all()
        )
        developer = work.session.scalars(select(RollHead).where(RollHead.kind == "developer")).one()
    assert kinds == {"person": 201, "joint": 1, "developer": 1, "unit": 1}
    assert developer.area == Decimal("3230.00")


def test_a_list_with_one_wrong_row_leaves_nothing_behind(stage, take_in) -> None:
    before = rows_of(stage, Person)
    report = take_in(as_workbook([*sunshine(), row("9", "101", "-5", "周全", person=7000)]))
    assert report.roll_id is None
    assert [(one.row, one.column, one.rule) for one in report.rows] == [(242, "建筑面积（㎡）", "area_not_positive")]
    assert report.rows[0].zh
    assert report.rows[0].en
    assert (rows_of(stage, Roll), rows_of(stage, RollPart), rows_of(stage, Person)) == (0, 0, before)


def test_names_and_numbers_are_sealed_and_no_table_of_the_roll_holds_them(stage, take_in) -> None:
    report = take_in(as_csv([row("1", "101", "90", "欧阳 正华", person=5)]))
    with stage.work() as work:
        owner = work.session.scalars(select(RollOwner)).one()
        known = reveal(work, owner.person_id, "verify")
        sealed = work.session.get_one(PersonData, owner.person_id).sealed
        key = work.session.scalars(select(RollHead.key)).one()
    assert owner.shown == "欧阳**"
    assert (known.name, known.phone, known.id_number) == ("欧阳正华", phone_of(5), number_of(5))
    assert number_of(5).encode() not in sealed + key
    assert report.parts == 1


def test_who_is_known_already_is_not_entered_twice(stage, take_in) -> None:
    take_in(as_csv([row("1", "101", "90", "周全", person=5), row("1", "102", "80", "李明", number="", phone="")]))
    before = rows_of(stage, Person)
    again = take_in(as_csv([row("1", "101", "91", "周全", person=5)]))
    assert again.heads == 1
    assert rows_of(stage, Person) == before


def test_an_owner_bound_to_a_flat_of_the_directory_is_that_owner(stage, take_in) -> None:
    """李业主 has an account and a flat: the roll names them by name and flat alone."""
    home = stage.town.areas["李业主家"]
    with stage.work() as work:
        name = work.session.scalar(text("SELECT name FROM area WHERE id = :id"), {"id": home}) or ""
    take_in(as_csv([row("2号楼", name, "90", "李业主", number="", phone="", unit="1单元")]))
    with stage.work() as work:
        part = work.session.scalars(select(RollPart)).one()
        owner = work.session.scalars(select(RollOwner)).one()
    assert part.household_id == home
    assert owner.person_id == stage.town.person("李业主")


def test_parking_counts_only_where_the_rules_of_the_estate_say_so(stage, take_in) -> None:
    listed = as_csv(
        [[*row("1", "101", "90", "周全", person=5), "住宅"], [*row("地下", "B12", "13", "周全", person=5), "车位"]],
        headings=(
            "楼栋",
            "单元",
            "房号",
            "面积",
            "业主",
            "身份证号",
            "电话",
            "业主类型",
            "销售状态",
            "是否交付",
            "用途",
        ),
    )
    first = take_in(listed)
    assert (first.parts, first.area, [(one.row, one.rule) for one in first.notes]) == (1, 90, [(3, "left_out")])
    with stage.work() as work:
        policies.record_covenant(
            work, stage.town.areas["estate"], "vote.heads.parking_counts", True, "管理规约第 8 条", DAY
        )
    second = take_in(listed)
    assert (second.parts, second.heads, second.area) == (2, 1, 103)


def test_a_company_of_the_estate_takes_no_roll_in(stage, take_in) -> None:
    for name in ("项目经理老秦", "李业主"):
        with pytest.raises(Forbidden):
            take_in(as_csv(sunshine()), by=name)


def test_the_estates_own_committee_and_group_keep_its_roll_and_no_other(stage, take_in) -> None:
    with stage.work() as work:
        estate, community = stage.town.areas["estate"], stage.town.areas["community"]
        other = directory.add_area(work, "estate", "运河花园", parent_id=community).id
        for name, place in (("本小区主任", estate), ("邻小区主任", other)):
            committee = directory.add_organisation(work, "committee", f"{name}的业委会", area_id=place).id
            stage.town.organisations[name] = committee
            add_staff(work, stage.town, name, "chair", name)
        stage.town.areas["own estate"] = estate
        add_staff(work, stage.town, "筹备组长", "group_lead", "own estate")
    for name in ("本小区主任", "筹备组长"):
        assert take_in(as_csv(sunshine()), by=name).roll_id
    with pytest.raises(Forbidden):
        take_in(as_csv(sunshine()), by="邻小区主任")


def test_a_day_to_come_is_refused(take_in) -> None:
    with pytest.raises(Invalid):
        take_in(as_csv(sunshine()), as_of=date(2026, 6, 2))


def test_progress_goes_from_nothing_to_all_and_never_back(take_in) -> None:
    heard: list[int] = []
    take_in(as_workbook(sunshine()), progress=heard.append)
    assert heard == sorted(set(heard))
    assert heard[-1] == 100


def test_whoever_took_the_roll_in_is_not_its_second_person(stage, take_in) -> None:
    roll_id = take_in(as_csv(sunshine())).roll_id
    with stage.work() as work, pytest.raises(Refused):
        rolls.freeze(work, roll_id)
    with stage.work(OFFICER) as work, pytest.raises(Refused):
        rolls.look(work, roll_id)
    with stage.work(COLLEAGUE) as work:
        assert rolls.look(work, roll_id).checked_by == stage.town.person(COLLEAGUE)


@pytest.fixture
def frozen(stage: Stage, take_in: Callable[..., rolls.Report]) -> int:
    """Sunshine Garden's roll, looked at and frozen."""
    roll_id = take_in(as_csv(sunshine())).roll_id or 0
    with stage.work(COLLEAGUE) as work:
        rolls.look(work, roll_id)
    with stage.work() as work:
        rolls.freeze(work, roll_id)
    return roll_id


def test_a_frozen_roll_is_whole_and_freezing_it_again_is_nothing_new(stage, frozen) -> None:
    with stage.work() as work:
        first = rolls.current(work, stage.town.areas["estate"])
        assert first is not None
        digest = first.digest
        assert rolls.freeze(work, frozen).digest == digest
        assert rolls.is_whole(work, frozen)
        assert (len(rolls.heads_of(work, frozen)), len(rolls.parts_of(work, frozen))) == (204, 240)


@pytest.mark.parametrize(
    "change",
    [
        update(Roll).values(area=1),
        update(RollHead).values(area=1),
        update(RollPart).values(area=1),
        text("DELETE FROM roll_part WHERE building = '6号楼'"),
        text("DELETE FROM roll_owner"),
        text("INSERT INTO roll_owner SELECT head_id, (SELECT min(id) FROM person), '' FROM roll_part LIMIT 1"),
        text(
            "INSERT INTO roll_part (roll_id, head_id, building, unit, room, area, basis, delivered, moved_in)"
            " SELECT roll_id, head_id, '99号楼', '', '1', 10, 'survey', true, true FROM roll_part LIMIT 1"
        ),
        text("DELETE FROM roll"),
    ],
)
def test_the_database_lets_nothing_of_a_frozen_roll_change(stage, frozen, change) -> None:
    with stage.work() as work:
        with pytest.raises(DBAPIError, match="frozen"), work.session.begin_nested():
            work.session.execute(change)
        assert rolls.is_whole(work, frozen)


def test_a_part_of_a_draft_can_not_be_slipped_into_a_frozen_roll(stage, frozen, take_in) -> None:
    draft = take_in(as_csv([row("31", "101", "90", "周全", person=5)])).roll_id
    with stage.work() as work, pytest.raises(DBAPIError, match="frozen"), work.session.begin_nested():
        work.session.execute(update(RollPart).where(RollPart.roll_id == draft).values(roll_id=frozen))


def test_a_new_owner_can_stand_beside_a_frozen_roll_which_stays_whole(stage, frozen) -> None:
    """A flat that changes hands during a vote needs a head for its buyer; it owns nothing of the roll as frozen."""
    with stage.work() as work:
        head = RollHead(roll_id=frozen, kind="person", key=b"a buyer", area=Decimal(0))
        work.session.add(head)
        work.session.flush()
        work.session.add(RollOwner(head_id=head.id, person_id=stage.town.person("王业主"), shown="王**"))
        work.session.flush()
        assert rolls.is_whole(work, frozen)


def test_the_database_itself_asks_for_a_second_person(stage, take_in) -> None:
    roll_id = take_in(as_csv(sunshine())).roll_id
    alone = update(Roll).where(Roll.id == roll_id).values(checked_by=Roll.made_by)
    with stage.work() as work, pytest.raises(DBAPIError, match="second_person"), work.session.begin_nested():
        work.session.execute(alone)


def test_a_roll_that_a_newer_one_has_replaced_is_not_frozen(stage, take_in) -> None:
    old = take_in(as_csv(sunshine())).roll_id
    take_in(as_csv(sunshine()))
    with stage.work(COLLEAGUE) as work:
        rolls.look(work, old)
        with pytest.raises(Conflict):
            rolls.freeze(work, old)


def test_errors_speak_both_languages(take_in) -> None:
    with pytest.raises(CaseworkError) as caught:
        take_in(b"\xd0\xcf\x11\xe0 an old workbook")
    assert ".xlsx" in caught.value.zh
    assert ".xlsx" in caught.value.en
