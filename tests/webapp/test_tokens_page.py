"""The administrator's page of tokens: shown once, bound to the area, ended at once."""

import re

import pytest

from casework.directory.tokens import bearer_of


@pytest.fixture
def given(city) -> dict[str, object]:
    return {
        "system": "市12345平台",
        "name": "工单对接，找热线办",
        "area": str(city.areas["任城区"]),
        "scopes": ["hotline", "report"],
        "days": "90",
    }


def test_a_token_is_shown_once_works_and_is_ended(browser, city, given) -> None:
    administrator = browser("管理员")
    administrator.get("/administration/tokens")
    page = administrator.post("/administration/tokens", **given)
    token = re.search(r'<code class="token">(bj_[\w-]+)</code>', page)
    assert token
    with city.casework.work() as work:
        bearer = bearer_of(work, token[1])
        assert bearer is not None
        assert (bearer.area_id, bearer.scopes) == (city.areas["任城区"], ("hotline", "report"))
    again = administrator.get("/administration/tokens")
    assert token[1] not in again
    assert "市12345平台" in again
    administrator.post(f"/administration/tokens/{bearer.token_id}/revoke")
    assert "已停用" in administrator.page
    with city.casework.work() as work:
        assert bearer_of(work, token[1]) is None


def test_the_last_use_is_shown(browser, city, given) -> None:
    administrator = browser("管理员")
    administrator.get("/administration/tokens")
    page = administrator.post("/administration/tokens", **{**given, "system": "随手拍"})
    assert "还没有用过" in page
    token = re.search(r'<code class="token">(bj_[\w-]+)</code>', page)
    assert token
    with city.casework.work() as work:
        bearer_of(work, token[1])
    own = administrator.get("/administration/tokens").split("随手拍")[1].split("</li>")[0]
    assert "还没有用过" not in own


@pytest.mark.parametrize(
    ("field", "value"),
    [("scopes", []), ("scopes", ["cases"]), ("days", "367"), ("days", "x"), ("name", ""), ("system", " ")],
)
def test_what_does_not_fit_is_told_and_what_was_typed_stays(browser, given, field: str, value: object) -> None:
    administrator = browser("管理员")
    administrator.get("/administration/tokens")
    page = administrator.post("/administration/tokens", **{**given, field: value})
    assert administrator.status == 422
    assert 'role="alert"' in page
    assert 'class="token"' not in page
    if field != "name":
        assert "工单对接，找热线办" in page


def test_an_administrator_reaches_no_other_area(browser, city, given) -> None:
    neighbour = browser("邻县管理")
    neighbour.get("/administration/tokens")
    page = neighbour.post("/administration/tokens", **given)
    assert neighbour.status == 403
    assert 'class="token"' not in page
    assert "市12345平台" not in neighbour.get("/administration/tokens").split('id="nh"')[0]
    assert f'value="{city.areas["任城区"]}"' not in neighbour.page


@pytest.mark.parametrize("name", ["周岚", "李静怡"])
def test_nobody_else_finds_the_page(browser, name: str) -> None:
    other = browser(name)
    other.get("/administration/tokens")
    assert other.status == 404


def test_the_page_is_complete_in_english(browser) -> None:
    administrator = browser("管理员")
    administrator.get("/language/en?back=/administration/tokens")
    assert "Tokens of other systems" in administrator.get("/administration/tokens")
    administrator.get("/language/zh")
