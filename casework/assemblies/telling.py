"""A result in words, for its posting and for the history: who took part of how many, and what came of each item."""

from collections.abc import Mapping, Sequence

from casework.assemblies.races import Entry, Race

_SAID = (("赞成", "for"), ("反对", "against"), ("弃权", "abstain"))


def summary(result: Entry, races: Sequence[Race], names: Mapping[tuple[int, str], str], *, english: bool) -> str:
    """Return the result in words for its posting: who took part of how many, and each item."""
    whole, took = result["whole"], result["participants"]
    if english:
        enough = "enough took part" if result["participation"] else "too few took part, the vote is void"
        said = [f"{took['heads']} of {whole['heads']} owners with {took['area']} of {whole['area']} m²; {enough}."]
    else:
        enough = "达到法定参与比例" if result["participation"] else "未达到法定参与比例，表决无效"
        said = [
            f"应参与 {whole['heads']} 人、{whole['area']} 平方米，"
            f"实际参与 {took['heads']} 人、{took['area']} 平方米，{enough}。"
        ]
    if result.get("mode") == "import":
        there = "Voted and counted on the official platform; the result is the official one."
        said.insert(0, there if english else "在官方平台投票和计票，结果以官方平台为准。")
    silent = result["silent"]
    if silent["items"]:
        said.append(_with_silent(silent, english=english))
    won = {race.item: race for race in races}
    for item in result["items"] if result["participation"] else ():
        said.append(_of_item(item, won.get(item["no"]), names, english=english))
    if silent["items"]:
        said += _without_silent(result, english=english)
    return " ".join(said) if english else "".join(said)


def brief(result: Entry, races: Sequence[Race], *, english: bool) -> str:
    """Return what came of each item, without anybody's name: for a notice that outlives the posting."""
    if not result["participation"]:
        return "Too few took part: the vote is void." if english else "参与未达到法定比例，表决无效。"
    won = {race.item: race for race in races}
    return (" " if english else "").join(
        _of_election(item, won[item["no"]], english=english)
        if item["no"] in won
        else _of_item(item, None, {}, english=english)
        for item in result["items"]
    )


def _of_election(item: Entry, race: Race, *, english: bool) -> str:
    number = len(race.elected)
    if english:
        return f"{item['no']}. {item['title']}: {number} elected."
    return f"第 {item['no']} 项“{item['title']}”：选出 {number} 人。"


def _with_silent(silent: Entry, *, english: bool) -> str:
    heads, area, clause = silent["heads"], silent["area"], silent["clause"]
    if english:
        return f"Counted with {heads} owners ({area} m²) who returned no ballot, under {clause}."
    return f"依据{clause}计入已送达未返还 {heads} 人、{area} 平方米。"


def _of_item(item: Entry, race: Race | None, names: Mapping[tuple[int, str], str], *, english: bool) -> str:
    if race is not None:
        lines = []
        for one in item["candidates"]:
            key = one["key"]
            mark = ("当选", "elected") if key in race.elected else ("并列", "tied") if key in race.tied else ("", "")
            mark = mark if mark[0] else ("未当选", "not elected")
            lines.append(_weighed(f"{names[item['no'], key]} ", one, mark[english], english=english))
        listed = "; ".join(lines) if english else "；".join(lines)
        return (
            f"{item['no']}. {item['title']}: {listed}."
            if english
            else f"第 {item['no']} 项“{item['title']}”：{listed}。"
        )
    words = (("赞成", "for"), ("反对", "against"), ("弃权", "abstain"))
    weighed = [_weighed(f"{zh} " if not english else f"{en} ", item[en], "", english=english) for zh, en in words]
    mark = ("通过", "passed") if item["passed"] else ("未通过", "not passed")
    if english:
        return f"{item['no']}. {item['title']}: {', '.join(weighed)}; {mark[1]}."
    return f"第 {item['no']} 项“{item['title']}”：{'，'.join(weighed)}，{mark[0]}。"


def _without_silent(result: Entry, *, english: bool) -> list[str]:
    """Return the other tally: the same without those who returned no ballot."""
    said = []
    for item in result["plain"]:
        if item["no"] in result["silent"]["items"]:
            mark = ("通过", "passed") if item["passed"] else ("未通过", "not passed")
            took = item["participants"]
            said.append(
                f"Without them, item {item['no']}: {took['heads']} owners, {took['area']} m², {mark[1]}."
                if english
                else f"不计入时第 {item['no']} 项：参与 {took['heads']} 人、{took['area']} 平方米，{mark[0]}。"
            )
    return said


def _weighed(name: str, weight: Entry, mark: str, *, english: bool) -> str:
    if weight["heads"] is None:
        numbers = "withheld" if english else "人数过少不公布"
    else:
        numbers = (
            f"{weight['heads']}, {weight['area']} m²" if english else f"{weight['heads']} 人 {weight['area']} 平方米"
        )
    return f"{name}{numbers}{' ' if english and mark else ''}{mark}"
