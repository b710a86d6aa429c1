"""What docs/takeovers.md tells of days, money, refusals and papers is what the rules, the code and the tables say."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from casework import bootstrap
from casework.config import ROOT
from casework.persistence import Base
from casework.takeovers.money import MONTHS, subsidy_of_year

PAGE = (ROOT / "docs" / "takeovers.md").read_text(encoding="utf-8")
POLICIES = ROOT / "processes" / "policies"
EVERYWHERE = ("defaults", "national", "shandong")
PLACES = {"聊城": "liaocheng", "淄博": "zibo", "潍坊": "weifang", "菏泽": "heze", "日照": "rizhao", "青岛": "qingdao"}
TOLD_OTHERWISE = {"fine_min_yuan", "fine_max_yuan", "posting_fine_max_yuan", "serve_until_takeover", "steps"}
"""Told in the text, or no time: fines, that the old firm serves on, the steps of the subsidy."""


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the first table below a heading, without its head."""
    part = PAGE.split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def entries(name: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the rules of a policy file by key."""

    def found(part: Mapping[str, Any], above: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for key, value in part.items():
            if isinstance(value, Mapping) and "value" in value:
                yield above + key, value
            elif isinstance(value, Mapping):
                yield from found(value, f"{above}{key}.")

    return dict(found(tomllib.loads((POLICIES / f"{name}.toml").read_text(encoding="utf-8")), ""))


def told() -> dict[str, tuple[str, str]]:
    """Return what the table of days says by key: everywhere, and at places."""
    return {cells[1].strip("`"): (cells[2], cells[3]) for cells in rows("期限和出处")}


def test_every_day_is_that_of_the_rules_with_its_article() -> None:
    known = [entries(name) for name in EVERYWHERE]
    for key, (everywhere, _) in told().items():
        one = next(found[key] for found in reversed(known) if key in found)
        source = "预设 preset" if one["source"] == "decide" else one["source"]
        assert everywhere == f"{one['value']} · {source}", key


def test_every_place_that_has_a_rule_of_its_own_is_told_and_no_other() -> None:
    at = {place: entries(name) for place, name in PLACES.items()}
    for key, (_, places) in told().items():
        written = {tuple(one.split(" ", 1)) for one in places.split("；") if one}
        assert written == {
            (place, f"{found[key]['value']} · {found[key]['source']}") for place, found in at.items() if key in found
        }, key


def test_no_time_of_a_takeover_is_left_out() -> None:
    keys = {key for name in EVERYWHERE for key in entries(name) if key.startswith("takeover.")}
    left = {key for key in keys - told().keys() if key.rpartition(".")[2] not in TOLD_OTHERWISE}
    assert {key for key in left if f"`{key}`" not in PAGE} == set()


def test_the_example_is_calculated_as_the_subsidy_is_paid() -> None:
    area = Decimal(re.search(r"面积 ([\d ]+\.\d\d) m²", PAGE)[1].replace(" ", ""))  # type: ignore[index]
    steps = entries("defaults")["takeover.subsidy.steps"]["value"]
    found = rows("钱")
    assert [cells[1] for cells in found] == steps
    for _, rate, calculation, amount in found:
        exact = area * Decimal(rate) * MONTHS
        assert calculation.replace(" ", "").endswith(f"={exact.normalize():f}")
        assert Decimal(amount.replace(" ", "")) == subsidy_of_year([(MONTHS, area, Decimal(rate))])


def test_the_figures_of_a_rating_are_presets() -> None:
    rules = entries("defaults")
    for key in ("evaluation.weight", "evaluation.min_households_ratio", "takeover.evaluation.pass_score"):
        assert f"{rules[key]['value']}" in PAGE.split(f"`{key}`")[0][-30:], key
    for key in ("takeover.evaluation.fail_limit", "takeover.fee.floor_ratio"):
        assert f"{rules[key]['value']}" in PAGE.split(f"`{key}`")[0][-30:], key


def test_whatever_is_said_to_be_refused_has_its_constraint() -> None:
    assert bootstrap.operations()  # every table is known by now
    names = {one.name for table in Base.metadata.tables.values() for one in (*table.constraints, *table.indexes)}
    known = {str(name).rpartition("_ck_")[2] for name in names if name}
    ddl = " ".join(str(table.info) for table in Base.metadata.tables.values())
    for cells in rows("数据库拒绝的"):
        for name in re.findall(r"`([\w ]+)`", cells[1]):
            is_there = name in ddl or any(one == name or one.endswith(f"_{name}") for one in known)
            assert is_there or name == "EXCLUDE USING gist", name


def test_every_paper_is_listed_with_its_process_and_whether_it_is_posted() -> None:
    found = set()
    for path in (ROOT / "processes").rglob("documents.toml"):
        process = path.parent.parent.name
        if process == "committee_election":
            continue
        for one in tomllib.loads(path.read_text(encoding="utf-8")).values():
            title = f"{one['title']} {one['title_en']}"
            found.add((process, "是 yes" if one["posted"] else "否 no", title))
    assert {(cells[1].strip("`"), cells[2], cells[0]) for cells in rows("文书")} == found
