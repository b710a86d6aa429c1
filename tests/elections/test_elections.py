"""What elections promise beside their diagrams: committees on record, annulments, and what time does to a term."""

from datetime import date
from decimal import Decimal

import pytest

from casework.cases import noticed
from casework.cases.views import NoticeView
from casework.directory.viewing import viewer
from casework.elections import services
from casework.elections.queries import election_of, in_office, members_of, party_share, under_way
from casework.errors import Conflict, Invalid
from casework.persistence import Work
from casework.policies import pin, pinned
from tests import factories

TERM = {"seats": 5, "elected_on": date(2022, 5, 1), "term_ends": date(2027, 4, 30)}


def record(work: Work, stage: factories.Stage, **posts: str) -> None:
    """Put the residents named in office; 李业主 belongs to the party."""
    members = [
        {"person": stage.town.person(name), "post": post, "party": name == "李业主"} for name, post in posts.items()
    ]
    services.record_committee(work, stage.town.areas["estate"], members, **TERM)


def test_a_committee_on_record_has_its_members_and_their_posts(stage: factories.Stage) -> None:
    with stage.work() as work:
        record(work, stage, 李业主="chair", 王业主="member", 张业主="substitute")
        committee = in_office(work, stage.town.areas["estate"])
        assert committee is not None
        assert {seat.person_id for seat in members_of(work, committee.id)} == {
            stage.town.person("李业主"),
            stage.town.person("王业主"),
        }
        assert str(party_share(members_of(work, committee.id))) == "1/2"


def test_an_estate_never_has_two_committees_in_office(stage: factories.Stage) -> None:
    with stage.work() as work:
        record(work, stage, 李业主="chair")
        with pytest.raises(Conflict):
            record(work, stage, 王业主="chair")


def test_a_committee_has_one_chair(stage: factories.Stage) -> None:
    with stage.work() as work, pytest.raises(Invalid):
        record(work, stage, 李业主="chair", 王业主="chair")


def test_a_person_must_say_which_facts_have_changed(stage: factories.Stage) -> None:
    with stage.work() as work, pytest.raises(Invalid):
        services.report_facts(work, 1, stage.town.person("李业主"), "  ")


@pytest.mark.parametrize(
    ("key", "part", "whole", "fits"),
    [
        ("election.first.area_ratio", "12600.00", "25200.00", True),
        ("election.first.area_ratio", "12599.99", "25200.00", False),
        ("vote.participation.heads_ratio", "136", "204", True),
        ("vote.participation.heads_ratio", "135", "204", False),
        ("vote.ordinary.ratio", "68", "136", False),
        ("vote.ordinary.ratio", "69", "136", True),
        ("election.early.trigger_ratio", "1", "2", False),
        ("election.committee.party_target_ratio", "4", "7", False),
        ("election.committee.party_target_ratio", "3", "5", True),
        ("election.first.area_ratio", "0", "0", False),
    ],
)
def test_a_share_is_compared_exactly_and_within_its_bound(
    stage: factories.Stage, key: str, part: str, whole: str, fits: bool
) -> None:
    with stage.work() as work:
        rules = pinned(work.session, pin(work, ["jining"], date(2026, 3, 1)).digest)
        assert rules.share_fits(key, Decimal(part), Decimal(whole)) is fits


def told(stage: factories.Stage, name: str) -> list[NoticeView]:
    """Return what somebody was told about terms that end."""
    with stage.work(name) as work:
        found, _next = noticed.page(work, viewer(work, stage.town.person(name)))
    return [one for one in found if "任期将满" in one.title[0]]


def test_when_a_term_ends_soon_committee_community_and_street_are_told_by_when_the_owners_must_meet(
    stage: factories.Stage,
) -> None:
    with stage.work() as work:
        record(work, stage, 李业主="chair", 王业主="member", 张业主="substitute")
    stage.move("2026-10-30 09:00:00")
    assert not told(stage, "李业主")
    stage.move("2026-11-04 09:00:00")
    for name in ("李业主", "王业主", "社区小宋", "街道小孙"):
        (one,) = told(stage, name)
        assert (
            "任期到2027年4月30日届满，换届会议最晚1月30日 24:00前召开（《山东省物业管理条例》第 33 条）。"
            in one.text[0]
        )
        assert "30 Apr 2027" in one.text[1]
    assert not told(stage, "县住建小何")


def test_an_election_for_an_empty_seat_puts_the_regular_one_off_and_never_swallows_it(stage: factories.Stage) -> None:
    with stage.work() as work:
        record(work, stage, 李业主="chair", 王业主="member")
    asked = {"variant": "by", "reason": "缺额", "seats_now": 2, "seats_left": 3}
    stage.do("start", as_="by", process="committee_election", with_=asked)
    stage.move("2026-11-04 09:00:00")
    assert len(told(stage, "李业主")) == 1
    facts = {"finding": "not_met", "met_on": "2026-11-01"}
    stage.do("complete", by="街道小孙", task="check_facts", case="by", with_=facts)
    stage.move("2026-11-06 09:00:00")
    with stage.work() as work:
        opened = under_way(work, stage.town.areas["estate"])
        assert opened is not None
        assert election_of(work, opened.id) is None
        assert opened.id != stage.names["by"]["case"]
    assert len(told(stage, "李业主")) == 1
