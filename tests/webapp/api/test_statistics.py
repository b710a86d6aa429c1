"""Figures by the API: of what the caller may see, with numerators and denominators."""

from typing import Any

import pytest

from tests.webapp.api.county import Caller, County


def close_one(county: County) -> None:
    """Have one more report closed, satisfied."""
    anybody = county.caller()
    made = county.report(anybody)
    county.handled(made["code"])
    anybody.post(f"/reports/{made['code']}/rating", {"score": 5}, X_Report_Pin=made["pin"])
    county.settle()


def figures(caller: Caller, query: str = "") -> dict[str, Any]:
    came = caller.get(f"/statistics?period=2026-09{query}")
    assert came.status_code == 200, came.text
    return {one["key"]: one["count"] if one["rate"] is None else one["rate"] for one in (came.json or {})["figures"]}


def test_the_month_is_counted_with_its_shares(county: County) -> None:
    before = figures(county.caller("街道小孙"))
    close_one(county)
    found = figures(county.caller("街道小孙"))
    assert (found["received"], found["closed"]) == (before["received"] + 1, before["closed"] + 1)
    assert found["satisfied"] == {name: before["satisfied"][name] + 1 for name in ("part", "whole")}
    assert figures(county.system("city")) == found


def test_another_county_counts_nothing_of_it(county: County) -> None:
    assert figures(county.caller("邻县小沈"))["received"] == 0
    assert figures(county.system("外市"))["received"] == 0


def test_an_area_out_of_sight_does_not_exist(county: County) -> None:
    street = county.area("street")
    assert county.caller("街道小孙").get(f"/statistics?period=2026-09&area={street}").status_code == 200
    for caller in (county.caller("邻县小沈"), county.system("外市")):
        assert caller.get(f"/statistics?period=2026-09&area={street}").status_code == 404
    assert county.caller("街道小孙").get("/statistics?period=2026-09&area=987654").status_code == 404


def test_the_figures_are_for_who_supervises(county: County, anybody: Caller) -> None:
    assert anybody.get("/statistics?period=2026-09").status_code == 401
    assert county.caller("客服小周").get("/statistics?period=2026-09").status_code == 404
    assert county.caller("李业主").get("/statistics?period=2026-09").status_code == 404


@pytest.mark.parametrize(
    "query", ["", "?period=2026-13", "?period=2026-9", "?period=2026-09&by=colour", "?period=2026-09&x=1"]
)
def test_a_query_that_does_not_fit_is_refused(county: County, query: str) -> None:
    assert county.caller("街道小孙").get(f"/statistics{query}").status_code == 422
