"""The bell and the list behind it: one's own notices, newest first, read one by one or all at once."""

import re

from casework import notifications
from tests.webapp.conftest import Browser


def unread(by: Browser) -> int:
    found = re.search(r'class="bell".*?class="n">(\d+)', by.get("/account"), re.DOTALL)
    return int(found[1]) if found else 0


def tell(city, name: str, key: str) -> None:  # type: ignore[no-untyped-def]
    with city.casework.work() as work:
        notifications.send(work, "told", f"person:{city.people[name]}", key=key)


def test_the_bell_counts_what_is_unread_and_reading_all_empties_it(browser, city) -> None:
    by = browser("赵立")
    before = unread(by)
    for number in range(3):
        tell(city, "赵立", f"bell {number}")
    assert unread(by) == before + 3
    by.get("/notices")
    by.post("/notices/read")
    assert by.url.startswith("/notices")
    assert unread(by) == 0
    assert "全部标为已读" not in by.page


def test_opening_a_notice_marks_it_and_leads_to_the_case(stranger: Browser, report, browser) -> None:
    report(stranger, text="电梯厅地砖破损，老人容易绊倒。")
    company = browser("孙维")
    company.get("/notices")
    assert "新派案件TS" in company.page
    notice, to = company.value("notice"), company.value("to")
    before = unread(company)
    company.get("/notices")
    company.post("/notices/read", notice=notice, to=to)
    assert company.url.startswith(("/cases/TS", "/tasks/"))
    assert company.status == 200
    assert unread(company) == before - 1


def test_nobody_is_led_to_another_site(browser, city) -> None:
    tell(city, "赵立", "elsewhere")
    by = browser("赵立")
    by.get("/notices")
    came = by.client.post(
        "/notices/read",
        data={"csrf_token": by.value("csrf_token"), "to": "https://example.org/"},
        follow_redirects=False,
    )
    assert came.location == "/notices"


def test_a_resident_is_led_to_their_own_report(browser, city, report) -> None:
    resident = browser("李静怡")
    code, _pin = report(resident, text="单元门禁坏了，谁都能进。")
    page = resident.get("/notices")
    assert f"/track/{code}" in page
    assert "/cases/" not in page


def test_the_list_goes_on_where_it_stopped(browser, city) -> None:
    for number in range(35):
        tell(city, "邻县管理", f"many {number}")
    by = browser("邻县管理")
    first = by.get("/notices")
    older = re.search(r'href="(/notices\?before=\d+)"', first)
    assert older
    seen = set(re.findall(r'name="notice" value="(\d+)"', first))
    rest = set(re.findall(r'name="notice" value="(\d+)"', by.get(older[1])))
    assert len(seen) == 30
    assert len(rest) >= 5
    assert not seen & rest
    assert by.get("/notices?before=nothing")
    assert by.status == 200


def test_where_there_is_nothing_it_says_what_will_come(browser) -> None:
    assert "还没有通知" in browser("马宁").get("/notices")
