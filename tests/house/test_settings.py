"""Every setting is documented, and nothing reads the environment behind its back."""

import dataclasses
import re
from pathlib import Path

import pytest

from casework.config import ROOT, Settings, WrongSetting, read_settings

PAGE = ROOT / "docs" / "settings.md"
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (.+) \|$", re.MULTILINE)

#: Who else may look at the environment: before there are settings, or what is not ours to set.
READS = {
    "casework/config.py": "the settings themselves",
    "casework/jobs/crash.py": "where a test wants this process to die",
    "webapp/assets.py": "PATH, handed on to the build of the pages' islands",
}


def rows() -> dict[str, tuple[str, str]]:
    return {name: (default, meaning) for name, default, meaning in ROW.findall(PAGE.read_text(encoding="utf-8"))}


def shown(field: "dataclasses.Field[object]") -> str:
    default = field.default
    if isinstance(default, bool):
        return f"`{int(default)}`"
    if isinstance(default, Path):
        return f"`{default.relative_to(ROOT).as_posix()}`"
    return "none" if default == "" else f"`{default}`"


def test_every_setting_is_documented_and_no_other() -> None:
    assert set(rows()) == {field.metadata["env"] for field in dataclasses.fields(Settings)}


@pytest.mark.parametrize("field", dataclasses.fields(Settings), ids=lambda field: field.name)
def test_a_setting_is_documented_with_its_default_and_meaning(field: "dataclasses.Field[object]") -> None:
    assert rows()[field.metadata["env"]] == (shown(field), field.metadata["doc"])


def test_only_the_settings_read_the_environment() -> None:
    reading = {
        path.relative_to(ROOT).as_posix()
        for package in ("banjie", "casework", "webapp", "workers")
        for path in (ROOT / package).rglob("*.py")
        if "node_modules" not in path.parts and re.search(r"\bos\.(environ|getenv)\b", path.read_text(encoding="utf-8"))
    }
    assert reading == set(READS)


@pytest.mark.parametrize(
    ("variable", "value"), [("BANJIE_PORT", "eighty"), ("BANJIE_DEMO", "yes"), ("BANJIE_ZONE", "Mars/Olympus")]
)
def test_a_value_that_cant_be_used_stops_the_start_and_names_the_variable(variable: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=f"{variable}='{value}'"):
        read_settings({variable: value})


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert read_settings({"BANJIE_PORT": "", "DATABASE_URL": ""}) == Settings()
