"""The pages of the owners' roll: sent, checked row by row, looked at by two, frozen, posted with names masked."""

import re
from io import BytesIO

import pytest
from sqlalchemy import text, update

from casework import jobs
from tests.votes.lists import as_csv, as_workbook, number_of, phone_of, row, sunshine

DAY = "2026-09-01"


@pytest.fixture
def send(city):
    """Sends a list of 水景花苑 as a browser does, and has it taken in."""

    def sent(by, file: bytes, *, settle: bool = True, **changes: str) -> str:
        estate = city.areas["水景花苑"]
        by.get(f"/rolls/{estate}")
        by.post(f"/rolls/{estate}", **{"file": (BytesIO(file), "名册.xlsx"), "as_of": DAY, **changes})
        while settle and jobs.run_due(city.casework):
            pass
        return by.page if not settle or by.status >= 400 else by.get(f"/rolls/{estate}")

    return sent


def test_a_roll_is_sent_looked_at_by_a_colleague_and_frozen(browser, city, send) -> None:
    officer, colleague = browser("周岚"), browser("王砚秋")
    page = send(officer, as_workbook(sunshine()))
    assert "全部导入" in page
    assert all(figure in page for figure in (">240<", ">204<", "25,200.00"))
    assert "换一位经办人" in page
    home = f"/rolls/{city.areas['水景花苑']}"
    page = colleague.get(home)
    roll = colleague.value("roll")
    assert "复核无误" in page
    colleague.post(f"{home}/look", roll=roll)
    page = colleague.post(f"{home}/freeze", roll=roll)
    assert "已固定" in page
    assert re.search(r"<code[^>]*>[0-9a-f]{64}</code>", page)
    assert "更正" not in colleague.get(f"/rolls/posted/{roll}")


def test_whoever_sent_the_roll_can_not_confirm_it_by_force(browser, city, send) -> None:
    officer = browser("周岚")
    send(officer, as_csv(sunshine()))
    home = f"/rolls/{city.areas['水景花苑']}"
    officer.get(home)
    roll = re.search(r"/rolls/posted/(\d+)", officer.page)
    assert roll
    for step in ("look", "freeze"):
        officer.post(f"{home}/{step}", roll=roll[1])
        assert officer.status == 422


def test_what_is_wrong_is_told_row_by_row_in_both_languages_and_nothing_is_loaded(browser, city, send) -> None:
    officer = browser("周岚")
    wrong = [row("9", "101", "九十", "周全", person=1), row("9", "102", "90", "周全", number="=1+1")]
    page = send(officer, as_csv([*sunshine(), *wrong]))
    assert "没有导入：有 3 处要改" in page
    assert re.search(r"<th scope=\"row\">242</th><td>建筑面积（㎡）</td>", page)
    assert "还没有名册" in page
    english = officer.get(f"/language/en?back=/rolls/{city.areas['水景花苑']}")
    officer.get("/language/zh")
    assert "Write square metres alone" in english
    assert "3 things to mend" in english
    report = officer.get(f"/rolls/{city.areas['水景花苑']}/report.csv")
    assert officer.headers["Content-Type"].startswith("text/csv")
    assert [line.split(",")[1] for line in report.splitlines()[-3:]] == ["242", "243", "243"]
    assert "周全" not in report


def test_a_file_that_is_none_is_told_beside_its_field(browser, city, send) -> None:
    officer = browser("周岚")
    page = send(officer, b"\xd0\xcf\x11\xe0 old", settle=False)
    assert officer.status == 422
    assert re.search(r'id="n-file-e".*\.xlsx', page, re.DOTALL)
    page = send(officer, as_csv(sunshine()), settle=False, as_of="2027-01-01")
    assert officer.status == 422
    assert 'id="n-day-e"' in page


def test_a_list_under_way_shows_how_far_it_is(browser, city, send) -> None:
    officer = browser("周岚")
    page = send(officer, as_csv(sunshine()), settle=False)
    assert re.search(r'<progress id="ip" max="100" value="0">', page)
    assert "data-waits" in page
    page = send(officer, as_csv([row("1", "101", "90", "周全", person=1)]), settle=False)
    assert officer.status == 409
    while jobs.run_due(city.casework):
        pass


def test_a_posted_roll_shows_family_names_to_the_estates_owners_and_nobody_elses(browser, city, send) -> None:
    send(browser("周岚"), as_csv(sunshine()))
    with city.casework.work() as work:
        roll = work.session.scalar(text("SELECT max(id) FROM roll"))
    page = browser("李静怡").get(f"/rolls/posted/{roll}?building=6号楼")
    assert "王**" in page
    assert "李**、赵**" in page
    assert not any(secret in page for secret in ("王伟", phone_of(900), number_of(900), "更正"))
    assert "1 / 3" in browser("李静怡").get(f"/rolls/posted/{roll}")
    for name in ("南池", "孙维"):
        stranger = browser(name)
        stranger.get(f"/rolls/posted/{roll}")
        assert stranger.status == 404


def test_only_who_keeps_the_estates_roll_finds_its_page(browser, city) -> None:
    home = f"/rolls/{city.areas['水景花苑']}"
    for name in ("孙维", "南池", "李静怡", "管理员"):
        other = browser(name)
        other.get(home)
        assert other.status == 404, name
    assert "水景花苑" in browser("周岚").get("/rolls")


def test_a_draft_is_corrected_with_its_reason(browser, city, send) -> None:
    officer = browser("周岚")
    send(officer, as_csv(sunshine()))
    page = officer.get(re.search(r"/rolls/posted/\d+", officer.page)[0] + "?building=6号楼")
    link = re.search(r"/rolls/posted/\d+/parts/\d+", page)
    assert link
    officer.get(link[0])
    fields = {"area": "121.5", "basis": "survey", "delivered": "yes", "building": "6号楼"}
    page = officer.post(link[0], **fields, reason="")
    assert officer.status == 422
    assert 'id="c-reason-e"' in page
    page = officer.post(link[0], **fields, reason="实测报告第 12 页")
    assert "121.50" in page
    page = officer.get(f"/rolls/{city.areas['水景花苑']}")
    assert "实测报告第 12 页" in page
    assert "25,201.50" in page
    officer.get(link[0])
    owners = {"owners": "孙一、钱二", "phones": phone_of(7001), "numbers": ""}
    officer.post(link[0], **{**fields, **owners}, reason="买卖")
    assert officer.status == 422
    owners["phones"] = f"{phone_of(7001)}、{phone_of(7002)}"
    assert "孙**、钱**" in officer.post(link[0], **{**fields, **owners}, reason="买卖")


def test_a_thousand_faults_are_paged_summed_up_and_downloaded_with_their_sheet(browser, city, send) -> None:
    officer = browser("周岚")
    bad = [row("9", str(101 + at), "0", "周全", person=1) for at in range(150)]
    page = send(officer, as_workbook(bad, more_sheets=[("填表说明", [["请按户填写"]])]))
    home = f"/rolls/{city.areas['水景花苑']}"
    assert "没有导入：有 151 处要改" in page
    assert "<b>150</b> 面积须大于 0" in page
    assert "1 / 2" in page
    assert "<td>填表说明</td>" in officer.get(f"{home}?page=2") or "<td>填表说明</td>" in page
    assert re.search(r'name="without" value="填表说明"', page)
    report = officer.get(f"{home}/report.csv")
    assert sum(line.startswith("名册,") for line in report.splitlines()) == 150


def test_what_changed_since_the_last_list_is_shown(browser, city, send) -> None:
    officer = browser("周岚")
    home = f"/rolls/{city.areas['水景花苑']}"
    send(officer, as_csv([row("1", "101", "90", "周全", person=1)]))
    officer.get(f"{home}/changes")
    assert officer.status == 404
    parked = [row("地下", "B1", "12", "周全", person=1), row("车库", "7", "13", "周全", person=1)]
    page = send(officer, as_csv([row("1", "101", "95", "周全", person=1), *parked]))
    assert f"{home}/changes" in page
    page = officer.get(f"{home}/changes")
    assert "90.00 → 95.00" in page
    assert "新增" in page
    posted = officer.get(re.search(r"/rolls/posted/\d+", officer.get(home))[0])
    assert "不计入业主人数和面积：1 处，13.00 m²" in posted


def test_a_list_that_was_interrupted_is_told_and_can_be_sent_again(browser, city, send) -> None:
    officer = browser("周岚")
    send(officer, as_csv(sunshine()), settle=False)
    with city.casework.work() as work:
        died = update(jobs.Job).where(jobs.Job.kind == "rolls.take_in", jobs.Job.state == "ready")
        over = text("now() - interval '1 second'")
        work.session.execute(died.values(state="running", token="t", attempt=1, lease_until=over))
    home = f"/rolls/{city.areas['水景花苑']}"
    page = officer.get(home)
    assert "导入中断了" in page
    assert "名册一行也没有进入系统" in page
    page = send(officer, as_csv([row("1", "101", "90", "周全", person=1)]))
    assert "全部导入" in page
