"""Correcting a draft: with a reason that stays, weighed anew, looked at anew; and never once it is frozen."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from casework.errors import Conflict, Invalid, Refused
from casework.persistence import Work
from casework.votes import corrections, rolls
from casework.votes.corrections import Change, correct, drawn_again
from casework.votes.identities import Owner
from casework.votes.models import Roll, RollHead, RollOwner, RollPart
from tests.factories import Stage
from tests.votes.lists import as_csv, number_of, phone_of, row, sunshine

OFFICER, COLLEAGUE, LEAD = "街道小孙", "社区小宋", "街道老高"
SAID = "不动产权证书复核"


@pytest.fixture
def roll_id(stage: Stage) -> int:
    """A draft of Sunshine Garden, taken in by the officer."""
    with stage.work(OFFICER) as work:
        report = rolls.take_in(work, stage.town.areas["estate"], as_csv(sunshine()), "名册", as_of=date(2026, 5, 20))
    assert report.roll_id
    return report.roll_id


@pytest.fixture
def by_officer(stage: Stage, roll_id: int) -> Iterator[Callable[..., Work]]:
    with stage.work(OFFICER) as work:
        yield work


def part(work: Work, roll_id: int, building: str, room: str) -> RollPart:
    wanted = select(RollPart).where(RollPart.roll_id == roll_id, RollPart.building == building, RollPart.room == room)
    return work.session.scalars(wanted).one()


def head(work: Work, one: RollPart) -> RollHead:
    return work.session.get_one(RollHead, one.head_id)


def test_an_area_is_corrected_weighed_anew_and_its_history_kept(by_officer: Work, roll_id: int) -> None:
    one = part(by_officer, roll_id, "6号楼", "101")
    made = correct(by_officer, roll_id, one.id, Change(area=Decimal("121.50"), basis="survey"), reason=SAID)
    roll = by_officer.session.get_one(Roll, roll_id)
    assert (made.before, made.after) == (
        {"area": "120.00", "basis": "registry"},
        {"area": "121.50", "basis": "survey"},
    )
    assert (roll.area, head(by_officer, one).area) == (Decimal("25201.50"), Decimal("361.50"))
    assert [two.reason for two in corrections.corrections_of(by_officer, roll_id)] == [SAID]


def test_a_part_sold_to_another_owner_of_the_roll_joins_that_head(by_officer: Work, roll_id: int) -> None:
    one, other = part(by_officer, roll_id, "1号楼", "101"), part(by_officer, roll_id, "6号楼", "101")
    correct(by_officer, roll_id, one.id, Change(owners=[Owner("王伟", phone_of(900), number_of(900))]), reason=SAID)
    assert one.head_id == other.head_id
    assert (head(by_officer, one).area, by_officer.session.get_one(Roll, roll_id).heads) == (Decimal("460.00"), 203)


def test_a_part_sold_to_somebody_new_is_a_head_of_its_own(by_officer: Work, roll_id: int) -> None:
    one = part(by_officer, roll_id, "6号楼", "101")
    couple = [Owner("孙一", phone_of(7001)), Owner("钱二", phone_of(7002))]
    correct(by_officer, roll_id, one.id, Change(owners=couple), reason=SAID)
    names = by_officer.session.scalars(select(RollOwner.shown).where(RollOwner.head_id == one.head_id)).all()
    assert (head(by_officer, one).kind, sorted(names)) == ("joint", ["孙**", "钱**"])
    assert by_officer.session.get_one(Roll, roll_id).heads == 205


def test_what_is_handed_over_leaves_the_developer_and_what_is_not_comes_back(by_officer: Work, roll_id: int) -> None:
    one = part(by_officer, roll_id, "8号楼", "101")
    with pytest.raises(Invalid):
        correct(by_officer, roll_id, one.id, Change(delivered=True), reason=SAID)
    buyer = Owner("买家零", phone_of(950), number_of(950))
    correct(by_officer, roll_id, one.id, Change(delivered=True, owners=[buyer]), reason=SAID)
    assert head(by_officer, one).kind == "person"
    correct(by_officer, roll_id, one.id, Change(delivered=False), reason=SAID)
    assert (head(by_officer, one).kind, head(by_officer, one).area) == ("developer", Decimal("3230.00"))
    assert by_officer.session.get_one(Roll, roll_id).heads == 204


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (Change(area=Decimal(90)), " "),
        (Change(area=Decimal(0)), SAID),
        (Change(area=Decimal("1.005")), SAID),
        (Change(basis="hearsay"), SAID),
        (Change(owners=[Owner("无名氏")]), SAID),
        (Change(), SAID),
        (Change(area=Decimal("120.00")), SAID),
    ],
)
def test_a_correction_without_sense_changes_nothing(
    by_officer: Work, roll_id: int, change: Change, reason: str
) -> None:
    one = part(by_officer, roll_id, "6号楼", "101")
    with pytest.raises(Invalid):
        correct(by_officer, roll_id, one.id, change, reason=reason)
    assert corrections.corrections_of(by_officer, roll_id) == []


def test_a_correction_asks_for_another_look_of_somebody_else(stage: Stage, roll_id: int) -> None:
    with stage.work(COLLEAGUE) as work:
        rolls.look(work, roll_id)
        one = part(work, roll_id, "6号楼", "101")
        correct(work, roll_id, one.id, Change(area=Decimal(90)), reason=SAID)
    with stage.work() as work, pytest.raises(Refused):
        rolls.freeze(work, roll_id)
    with stage.work(COLLEAGUE) as work, pytest.raises(Refused):
        rolls.look(work, roll_id)
    with stage.work(LEAD) as work:
        rolls.look(work, roll_id)
        assert rolls.freeze(work, roll_id).state == "frozen"


def test_a_frozen_roll_is_corrected_in_a_new_draft_and_stays_itself(stage: Stage, roll_id: int) -> None:
    with stage.work(COLLEAGUE) as work:
        rolls.look(work, roll_id)
        rolls.freeze(work, roll_id)
        one = part(work, roll_id, "6号楼", "101")
        with pytest.raises(Conflict):
            correct(work, roll_id, one.id, Change(area=Decimal(90)), reason=SAID)
        draft = drawn_again(work, roll_id)
        assert (draft.parts, draft.heads, draft.area) == (240, 204, Decimal("25200.00"))
        two = part(work, draft.id, "6号楼", "101")
        correct(work, draft.id, two.id, Change(area=Decimal(90)), reason=SAID)
        assert rolls.is_whole(work, roll_id)
        assert len(rolls.heads_of(work, draft.id)) == 204
        with pytest.raises(Conflict):
            drawn_again(work, roll_id)


def test_a_part_of_another_roll_is_not_found(by_officer: Work, roll_id: int, stage: Stage) -> None:
    estate = stage.town.areas["estate"]
    file = as_csv([row("1", "101", "90", "周全", person=1)])
    other = rolls.take_in(by_officer, estate, file, "名册", as_of=date(2026, 5, 20)).roll_id or 0
    one = part(by_officer, roll_id, "6号楼", "101")
    with pytest.raises(Exception, match="no such part"):
        correct(by_officer, other, one.id, Change(area=Decimal(90)), reason=SAID)
