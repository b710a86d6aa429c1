import json
import re
from datetime import date, datetime
from decimal import Context, Decimal

import pytest
from sqlalchemy import func, select

from casework.calendar import SHANDONG, WorkCalendar, last_day
from casework.calendar.tables import builtin, calendar_of
from casework.errors import Invalid, NotFound, Refused
from casework.persistence import Work
from casework.policies import (
    Pinned,
    Policies,
    current,
    end_covenant,
    pin,
    pinned,
    publish,
    record_covenant,
    resolve_all,
)
from casework.policies.models import PolicyPin, PolicyRelease
from tests.policies.conftest import SHIPPED

ON = date(2026, 9, 18)
CALENDAR = calendar_of(*builtin(), version=1)
FRIDAY = datetime(2026, 9, 18, 16, 30, tzinfo=SHANDONG)


@pytest.fixture
def zibo(shipped: Policies) -> Pinned:
    return resolve_all(shipped, ["zibo"], ON)


def test_a_pin_survives_json_unchanged(zibo: Pinned) -> None:
    back = Pinned.from_json(json.loads(json.dumps(zibo.to_json())))
    assert back == zibo
    assert back.digest == zibo.digest


def test_two_clocks_of_one_complaint(zibo: Pinned) -> None:
    company = zibo.deadline("complaint.company.unhandled_hours", FRIDAY, CALENDAR)
    hotline = zibo.deadline("hotline.reply.working_days", FRIDAY, CALENDAR)
    assert company.fires_at == datetime(2026, 9, 21, 16, 30, 1, tzinfo=SHANDONG)
    assert last_day(hotline.instant) == date(2026, 9, 24)


def test_an_extension_adds_days_to_the_last_day(zibo: Pinned) -> None:
    first = zibo.deadline("hotline.reply.working_days", datetime(2026, 2, 13, 10, tzinfo=SHANDONG), CALENDAR)
    longer = zibo.extended("hotline.extension.working_days", first.instant, CALENDAR)
    assert last_day(longer.instant) == date(2026, 3, 12)


def test_an_assembly_may_be_held_fifteen_days_after_its_notice(zibo: Pinned) -> None:
    opens = zibo.earliest("election.notice.days", datetime(2026, 3, 1, 18, tzinfo=SHANDONG), CALENDAR)
    assert opens.instant == datetime(2026, 3, 16, tzinfo=SHANDONG)
    latest = zibo.deadline("election.notice.days", datetime(2026, 3, 16, 9, tzinfo=SHANDONG), CALENDAR)
    assert last_day(latest.instant) == date(2026, 3, 1)


def test_the_counting_rules_are_policies_too(shipped: Policies) -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in SHIPPED.glob("*.toml")}
    texts["national.toml"] = (
        texts["national.toml"]
        .replace("calendar.start_day_included = { value = false", "calendar.start_day_included = { value = true")
        .replace(
            "calendar.roll_to_next_working_day = { value = true", "calendar.roll_to_next_working_day = { value = false"
        )
        .replace('value = "24:00"', 'value = "17:30"')
    )
    changed = resolve_all(Policies.load(texts), ["zibo"], ON)
    end = changed.deadline("election.filing.days", datetime(2026, 9, 1, 9, tzinfo=SHANDONG), CALENDAR)
    assert end.instant == datetime(2026, 9, 30, 17, 30, tzinfo=SHANDONG)
    before = resolve_all(shipped, ["zibo"], ON)
    assert last_day(before.deadline("election.filing.days", date(2026, 9, 1), CALENDAR).instant) == date(2026, 10, 8)
    assert [change.key for change in before.changes(changed)] == [
        "calendar.end_of_day",
        "calendar.roll_to_next_working_day",
        "calendar.start_day_included",
    ]


def test_every_deadline_tells_why(zibo: Pinned, shipped: Policies) -> None:
    texts = zibo.why("election.regular.before_expiry_days"), zibo.why("election.regular.before_expiry_days", "en")
    assert "提前不少于 60 日" in texts[0]
    assert "第 35 条" in texts[0]
    assert "优先于: 提前不少于 90 日" in texts[0]
    assert "at least 60 days before" in texts[1]
    assert "article 35" in texts[1]
    contested = resolve_all(shipped, ["liaocheng"], ON).why("election.committee.min_seats")
    assert "不少于 5" in contested
    assert "取较严者" in contested
    assert "不少于 3" in contested
    assert "无法规依据" in zibo.why("complaint.company.unhandled_hours")
    for key in zibo.keys:
        assert zibo.why(key)
        assert not re.search("[\u4e00-\u9fff]", zibo.why(key, "en")), zibo.why(key, "en")


def test_what_has_no_value_or_is_no_period_is_refused(zibo: Pinned) -> None:
    with pytest.raises(NotFound):
        zibo.value("complaint.nothing.days")
    with pytest.raises(Refused):
        zibo.deadline("election.committee.min_seats", FRIDAY, WorkCalendar())


def test_expressions_see_numbers_as_decimals(zibo: Pinned) -> None:
    assert zibo.feel("hotline.reply.working_days") == Decimal(5)
    assert zibo.feel("election.committee.meeting_quorum") == Context(prec=34).divide(Decimal(2), Decimal(3))
    assert zibo.feel("election.agenda.locked") is True
    assert zibo.feel("takeover.subsidy.steps") == [Decimal("0.30"), Decimal("0.20"), Decimal("0.10")]
    assert zibo.feel("nothing.at.all") is None


def test_equal_pins_are_kept_once_and_read_back(published: Work) -> None:
    first = pin(published, ["zichuan", "zibo"], ON)
    second = pin(published, ["other-county", "zibo"], ON)
    assert first.digest == second.digest
    assert pinned(published.session, first.digest) == first
    assert published.session.scalar(select(func.count()).select_from(PolicyPin)) == 1
    with pytest.raises(NotFound):
        pinned(published.session, "0" * 64)


def test_publishing_the_same_files_makes_no_release_and_faulty_ones_change_nothing(published: Work) -> None:
    before = current(published.session)
    publish(published, SHIPPED)
    with pytest.raises(Invalid):
        publish(published, {"x.toml": "a ="})
    assert current(published.session) is before
    assert published.session.scalar(select(func.count()).select_from(PolicyRelease)) == 1


def test_an_estates_covenant_comes_before_its_county_while_it_is_in_force(published: Work) -> None:
    key = "election.proxy.max_principals"
    covenant = record_covenant(published, 7, key, 2, "议事规则 12", date(2026, 1, 1))
    own = pin(published, ["zibo"], ON, estate_id=7)
    assert own.value(key) == 2
    assert own.rule(key).level == "estate"
    assert "议事规则 12" in own.why(key)
    assert pin(published, ["zibo"], ON, estate_id=8).value(key) == 3
    assert pin(published, ["zibo"], date(2025, 12, 31), estate_id=7).value(key) == 3
    end_covenant(published, covenant.id, date(2026, 6, 30))
    assert pin(published, ["zibo"], ON, estate_id=7).value(key) == 3
    assert pinned(published.session, own.digest).value(key) == 2


def test_a_later_covenant_ends_an_earlier_one(published: Work) -> None:
    key = "election.proxy.max_principals"
    record_covenant(published, 7, key, 2, "议事规则 12", date(2026, 1, 1))
    record_covenant(published, 7, key, 1, "议事规则 12 修订", date(2026, 5, 1))
    assert pin(published, ["zibo"], ON, estate_id=7).value(key) == 1
    assert pin(published, ["zibo"], date(2026, 4, 30), estate_id=7).value(key) == 2


def test_a_covenant_is_counted_like_its_key(published: Work) -> None:
    record_covenant(published, 7, "election.notice.days", 20, "议事规则 8", date(2026, 1, 1))
    own = pin(published, ["zibo"], ON, estate_id=7)
    assert own.earliest("election.notice.days", date(2026, 3, 1), CALENDAR).instant == datetime(
        2026, 3, 21, tzinfo=SHANDONG
    )
    for key, value in (("election.notice.days", "20"), ("election.notice.days", 2.5), ("election.agenda.locked", 1)):
        with pytest.raises(Invalid):
            record_covenant(published, 7, key, value, "议事规则", date(2026, 1, 1))
    with pytest.raises(NotFound):
        record_covenant(published, 7, "no.such.key", 1, "议事规则", date(2026, 1, 1))
    with pytest.raises(Invalid):
        record_covenant(published, 7, "election.notice.days", 20, "议事规则", date(2026, 2, 1), date(2026, 1, 1))
