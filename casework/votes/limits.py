"""The rules of one vote as they are stored with it: the limits of the policies, and what the estate's own rules say."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from casework.errors import Invalid
from casework.policies import Pinned
from casework.votes.tally import Double, Limit, Rules

_DOUBLES = ("participation", "ordinary", "special")
_TIES = ("ask", "heads_then_area", "new_ballot")


def limits_of(
    policies: Pinned,
    *,
    clause: str | None = None,
    clause_names_special: bool = False,
    tie: str | None = None,
    proxy_max: int | None = None,
) -> dict[str, Any]:
    """Return the rules of a vote under the policies of its case.

    `clause` names the article of the estate's rules on ballots that are not returned; `clause_names_special` says that
    it names special matters too. `tie` and `proxy_max` are what the rules of procedure set instead of the preset.
    """
    silent = clause is not None and policies.value("vote.silent.mode") == "by_rules"
    return {
        "participation": {
            "area": _limit(policies, "vote.participation.area_ratio"),
            "heads": _limit(policies, "vote.participation.heads_ratio"),
        },
        "ordinary": dict.fromkeys(("area", "heads"), _limit(policies, "vote.ordinary.ratio")),
        "special": dict.fromkeys(("area", "heads"), _limit(policies, "vote.special.ratio")),
        "tie": tie or str(policies.value("vote.tie_rule")),
        "silent": {
            "mode": "by_rules" if silent else "off",
            "clause": clause,
            "special": clause_names_special,
            "elections": not policies.value("vote.silent.locked_for_elections"),
        },
        "proxy": {"max_principals": proxy_max or policies.value("election.proxy.max_principals")},
    }


def checked(rules: Mapping[str, Any]) -> dict[str, Any]:
    """Return rules as they are stored; raise Invalid where a limit lacks or a clause is used that nobody names."""
    wrong = {name: [("缺少或不正确", "Missing or wrong")] for name in _DOUBLES if not _is_double(rules.get(name))}
    silent = {"mode": "off", "clause": None, "special": False, "elections": False, **rules.get("silent", {})}
    if rules.get("tie", "ask") not in _TIES:
        wrong["tie"] = [("没有这种并列规则", "There is no such rule for a tie")]
    if silent["mode"] not in ("off", "by_rules") or (silent["mode"] == "by_rules" and not silent["clause"]):
        wrong["silent"] = [("请写明议事规则的条款", "Name the clause of the owners' rules")]
    if wrong:
        raise Invalid("表决规则不完整。", "The rules of the vote are not complete.", wrong)
    limits = {name: {half: _stored(rules[name][half]) for half in ("area", "heads")} for name in _DOUBLES}
    proxy = {"max_principals": rules.get("proxy", {}).get("max_principals")}
    return {**limits, "tie": rules.get("tie", "ask"), "silent": silent, "proxy": proxy}


def rules_of(stored: Mapping[str, Any]) -> Rules:
    """Return stored rules as the tally takes them."""
    participation, ordinary, special = (Double(*map(_read, _halves(stored[name]))) for name in _DOUBLES)
    return Rules(participation, ordinary, special, stored["tie"])


def _halves(double: Mapping[str, Any]) -> tuple[Any, Any]:
    return double["area"], double["heads"]


def _limit(policies: Pinned, key: str) -> dict[str, Any]:
    entry = policies.entry(key)
    return _stored({"ratio": entry.value, "more": entry.bound == "more_than"})


def _stored(limit: Mapping[str, Any]) -> dict[str, Any]:
    ratio = Fraction(limit["ratio"])
    return {"ratio": f"{ratio.numerator}/{ratio.denominator}", "more": bool(limit.get("more", False))}


def _read(limit: Mapping[str, Any]) -> Limit:
    return Limit(Fraction(limit["ratio"]), bool(limit["more"]))


def _is_double(given: Any) -> bool:
    return isinstance(given, Mapping) and all(
        isinstance(half, Mapping) and isinstance(half.get("ratio"), str | Fraction)
        for half in (given.get("area"), given.get("heads"))
    )
