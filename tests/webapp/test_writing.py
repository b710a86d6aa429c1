"""How moments, spans, rates and forms are written."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask, g
from werkzeug.datastructures import MultiDict

from casework.cases.views import ClockView
from casework.statistics.views import Month, Rate
from webapp import moments
from webapp.answers import change_rows, read
from webapp.cases.axis import build
from webapp.forms import FormPage
from webapp.supervision.figures import change, chart, points, rate_text

FRIDAY = datetime(2026, 9, 18, 8, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 9, 24, 16, 0, tzinfo=UTC)


@pytest.fixture(params=["zh", "en"])
def language(request, app: Flask):
    with app.test_request_context("/"):
        g.language = request.param
        yield request.param


def test_a_deadline_at_midnight_is_the_end_of_the_day_before(language: str) -> None:
    assert moments.deadline_text(MIDNIGHT, FRIDAY) == {"zh": "9月24日 24:00", "en": "24 Sep 24:00"}[language]
    assert moments.moment_text(MIDNIGHT, FRIDAY) == {"zh": "9月25日 00:00", "en": "25 Sep 00:00"}[language]
    assert moments.due_day(MIDNIGHT) == date(2026, 9, 24)


def test_today_and_another_year_are_said(language: str) -> None:
    assert moments.moment_text(FRIDAY, FRIDAY).startswith({"zh": "今天", "en": "Today"}[language])
    assert "2027" in moments.moment_text(FRIDAY + timedelta(days=300), FRIDAY)


@pytest.mark.parametrize(
    ("due", "mark", "says"),
    [
        (timedelta(minutes=48), "soon", "黄牌 剩 48 分"),
        (timedelta(hours=-3), "over", "红牌 超 3 小时"),
        (timedelta(days=2, hours=1), "", "剩 2 天 1 小时"),
        (timedelta(days=12), "", "剩 12 天"),
        (timedelta(hours=5), "hold", "暂停计时"),
        (timedelta(days=90), "prov", "暂定"),
    ],
)
def test_a_chip_says_its_state_in_a_word(app: Flask, due: timedelta, mark: str, says: str) -> None:
    with app.test_request_context("/"):
        g.language = "zh"
        assert moments.left_text(FRIDAY + due, FRIDAY, mark) == says


def test_the_axis_shows_what_does_not_count_and_what_is_late(language: str) -> None:
    late = FRIDAY + timedelta(days=7)
    clock = ClockView("reply", "x", FRIDAY, MIDNIGHT, "over", days_off=[date(2026, 9, 19)], leading=True)
    axis = build([clock], late)
    assert axis is not None
    bar = axis.bars[0]
    assert bar.off[0].w > 0
    assert bar.late is not None
    assert 0 <= bar.x < bar.end <= axis.now <= 100
    assert "24:00" in bar.says


def test_a_rate_is_cut_and_never_made_of_nothing(language: str) -> None:
    assert rate_text(Rate(1, 3)) == "33.3"
    assert rate_text(Rate(2, 3)) == "66.6"
    assert rate_text(Rate(0, 0)) == "–"
    assert change(132, 161) == "\u221218.0%"
    assert points(Rate(0, 0), Rate(1, 1)) == ""


def test_the_bars_of_the_chart_stay_in_it(language: str) -> None:
    counts = ((0, 0), (171, 158), (12345, 7))
    drawn = chart([Month(date(2026, 7 + index, 1), *both) for index, both in enumerate(counts)])
    assert all(40 <= bar["y1"] <= 190 and bar["x2"] + bar["w"] <= 100 for bar in drawn["bars"])


YES_NO = [{"label": "是", "value": True}, {"label": "否", "value": False}]
SCHEMA = {
    "components": [
        {
            "type": "radio",
            "key": "ok",
            "label": "好了吗",
            "values": [{"label": "是", "value": True}, {"label": "否", "value": False}],
        },
        {"type": "datetime", "subtype": "datetime", "key": "at", "dateLabel": "何时"},
        {"type": "checkbox", "key": "seen", "label": "看过"},
        {
            "type": "dynamiclist",
            "path": "rows",
            "label": "行",
            "components": [{"type": "textfield", "key": "name", "label": "姓名"}],
        },
        {"type": "group", "label": "组", "components": [{"type": "number", "key": "days", "label": "天数"}]},
    ]
}


def test_what_is_posted_becomes_answers_of_the_right_kind(app: Flask) -> None:
    posted = MultiDict({"ok": "false", "at": "2026-09-22T12:00", "rows.1.name": "乙", "rows.0.name": "甲", "days": "3"})
    with app.test_request_context("/"):
        answers = read(SCHEMA, posted)
    assert answers == {
        "ok": False,
        "at": "2026-09-22T12:00:00+08:00",
        "seen": False,
        "rows": [{"name": "甲"}, {"name": "乙"}],
        "days": "3",
    }


def test_a_name_that_is_not_on_the_form_stays_so_that_it_is_refused() -> None:
    assert read(SCHEMA, MultiDict({"extra": "1", "csrf_token": "x"}))["extra"] == "1"
    assert "csrf_token" not in read(SCHEMA, MultiDict({"csrf_token": "x"}))


def test_rows_are_added_and_removed_without_javascript() -> None:
    answers = {"rows": [{"name": "甲"}, {"name": "乙"}]}
    assert change_rows(SCHEMA, answers, "add:rows")
    assert len(answers["rows"]) == 3
    assert change_rows(SCHEMA, answers, "remove:rows:0")
    assert answers["rows"][0] == {"name": "乙"}
    assert not change_rows(SCHEMA, answers, "add:days")
    assert not change_rows(SCHEMA, answers, "")


def test_errors_stand_in_the_order_of_the_page_and_none_is_lost(language: str) -> None:
    form = FormPage(SCHEMA, {}, {"days": ["三"], "ok": ["一"], "rows.0.name": ["二"], "elsewhere": ["四"]})
    assert [text for _id, text in form.summary()] == ["一", "二", "三", "四"]
    assert form.summary()[1][0] == "f-rows-0-name"
