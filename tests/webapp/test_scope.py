"""What lies outside a person's area does not exist for them; who complained is hidden from the accused company."""

import re

from tests.webapp.conftest import Browser

PHONE = "13987654321"


def _case_no(officer: Browser) -> str:
    found = re.search(r'href="/cases/(TS\d{4}-\d+)"', officer.page)
    assert found
    return found[1]


def test_a_neighbouring_community_gets_404_for_case_diagram_files_and_search(
    stranger: Browser, report, browser
) -> None:
    report(stranger)
    officer = browser("周岚")
    officer.get("/cases")
    case_no = _case_no(officer)
    assert officer.client.get(f"/cases/{case_no}").status_code == 200
    assert officer.client.get(f"/cases/{case_no}/diagram").status_code == 200
    outsider = browser("南池")
    for url in (f"/cases/{case_no}", f"/cases/{case_no}/diagram", "/files/1", "/files/1?size=small"):
        assert outsider.client.get(url).status_code == 404, url
    for query in (f"q={case_no}", "state=all"):
        assert f'href="/cases/{case_no}' not in outsider.get(f"/cases?{query}")


def test_the_company_never_sees_who_complained(stranger: Browser, report, browser, task_of) -> None:
    code, _pin = report(stranger, phone=PHONE)
    handler = browser("孙维")
    page = handler.get(f"/tasks/{task_of(code, 'handle')}")
    assert handler.status == 200
    assert PHONE not in page
    assert "查看联系方式" not in page
    case_no = re.search(r"TS\d{4}-\d+", page)[0]
    handler.post(f"/cases/{case_no}/reveal", purpose="visit")
    assert handler.status == 404
    assert PHONE not in handler.page


def test_an_officer_sees_the_phone_for_a_purpose_alone(stranger: Browser, report, browser) -> None:
    report(stranger, phone=PHONE)
    officer = browser("周岚")
    officer.get("/cases")
    case_no = _case_no(officer)
    page = officer.get(f"/cases/{case_no}")
    assert not re.search(r"1[3-9]\d{9}", page)
    officer.post(f"/cases/{case_no}/reveal", purpose="no-such-purpose")
    assert officer.status == 422
    officer.get(f"/cases/{case_no}")
    officer.post(f"/cases/{case_no}/reveal", purpose="visit")
    assert re.search(r"1[3-9]\d{9}", officer.page)
    assert "已记录" in officer.page


def test_an_administrator_finds_only_their_own_area(browser, city) -> None:
    own, other = browser("管理员"), browser("邻县管理")
    url = f"/administration/areas/{city.areas['水景花苑']}"
    assert own.client.get(url).status_code == 200
    assert other.client.get(url).status_code == 404
    assert other.client.get(f"/administration/people/{city.people['周岚']}").status_code == 404
    assert other.client.get(f"/administration/organisations/{city.units['任城区住建局']}").status_code == 404
    assert "水景花苑" not in other.get("/administration?q=水景花苑").replace('value="水景花苑"', "")


def test_an_officer_who_administers_nothing_has_no_such_pages(browser, city) -> None:
    assert browser("周岚").client.get(f"/administration/areas/{city.areas['水景花苑']}").status_code == 404


def test_an_administrator_appoints_somebody_new_and_shows_the_password_once(browser, city) -> None:
    admin = browser("管理员")
    url = f"/administration/areas/{city.areas['草桥社区']}"
    admin.get(url)
    admin.post(f"{url}/posts", role="community_officer", name="陈知远", phone="13800000077")
    password = re.search(r"<code>([\w-]+)</code>", admin.page)
    assert admin.status == 200
    assert "陈知远" in admin.page
    assert password
    assert password[1] not in admin.get(url)
