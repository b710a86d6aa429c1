"""How complaints of the demonstration go: each plot leads a tale from the report to where it is to stand.

A tale that begins lately is cut off by the present: the acts that lie ahead are not done, so the case is live.
"""

from collections.abc import Callable
from typing import Any

from banjie.demonstration.tales import Tale

Plot = Callable[[Tale], None]

_CHANNELS = (
    *["mini_program"] * 11,
    *["hotline"] * 4,
    *["portal", "call", "visit", "reception_day", "home_visit", "counter", "letter", "inspection"],
)
_PHONED = {"electric_shock", "lift_trapped", "burst_pipe", "gas_leak", "collapse_or_falling", "no_water_power"}


_NEAR_TEXT = "我们单元门口这边也是这个情况，反映好久了，麻烦一起看看。"


def begin(tale: Tale, **given: Any) -> None:
    """Somebody reports by one of the channels, mostly with a photo from a phone."""
    channel = given.pop("channel", None) or tale.chance.choice(_CHANNELS)
    if channel == "hotline":
        given.setdefault("hotline_no", f"12345-{tale.at:%m%d}-{tale.name.rpartition('-')[2]}")
    photos = tale.chance.choice((0, 1, 1, 2)) if channel in ("mini_program", "portal") else 0
    given.setdefault("confidential", tale.chance.random() < 0.06)
    tale.report(channel=channel, photos=given.pop("photos", photos), **given)
    if tale.cause.get("urgent") and tale.sorted_by_itself:
        secured(tale)


def secured(tale: Tale) -> None:
    """What is urgent without being a danger: the unit comes and makes it safe before anything else."""
    tale.exactly(0.2, 0.9)
    tale.task("arrive", {"arrived_at": {"ago": 1}}, {"photo": 1})
    tale.exactly(0.2, 1.5)
    make_safe(tale)


def handled(tale: Tale, least: float = 1, most: float = 30, *, record: bool = False) -> None:
    """The unit takes it and is done some working hours later."""
    if tale.chance.random() < 0.2:
        tale.wait(0.2, 4)
        tale.claim()
    if record:
        tale.wait(1, 12)
        tale.record()
    tale.wait(least, most)
    tale.done()


def satisfied(tale: Tale) -> None:
    """Done, verified, and the complainant is content."""
    begin(tale)
    handled(tale)
    closed(tale)


def closed(tale: Tale, score: int | None = None) -> None:
    """Verified, then rated."""
    tale.wait(0.5, 14)
    tale.verify()
    tale.exactly(0.3, 22)
    tale.rate(score or tale.chance.choice((5, 5, 5, 4, 4, 3)))


def recorded_first(tale: Tale) -> None:
    """A first step on record, the rest later."""
    begin(tale)
    handled(tale, 20, 60, record=True)
    closed(tale)


def called_back(tale: Tale) -> None:
    """The complainant doesn't rate; the callback officer calls, sometimes twice."""
    begin(tale, channel=tale.chance.choice(("call", "visit", "hotline", "counter", "home_visit")))
    handled(tale)
    tale.wait(1, 14)
    tale.verify()
    tale.wait(2, 20)
    if tale.chance.random() < 0.35:
        tale.call(reached=False)
        tale.wait(26, 34)
    tale.call(reached=True, score=tale.chance.choice((5, 5, 4, 4, 3)))


def unreached(tale: Tale) -> None:
    """Three calls on different days, and nobody answers."""
    begin(tale, channel="call")
    handled(tale)
    tale.wait(1, 14)
    tale.verify()
    for _ in range(3):
        tale.wait(26, 34)
        tale.call(reached=False)


def late_bureau(tale: Tale) -> None:
    """The office answers after its five working days: cards and a supervision."""
    begin(tale)
    tale.wait(200, 270)
    tale.done()
    closed(tale)


def late_company(tale: Tale, least: float = 76, most: float = 108, orders: int = 1) -> None:
    """The company lets the three days go by; whoever supervises urges it until it acts."""
    begin(tale, channel=tale.chance.choice(("mini_program", "mini_program", "portal", "visit")))
    begun = tale.at
    if tale.chance.random() < 0.5:
        tale.wait(0.5, 5)
        tale.claim()
    for order in range(orders):
        tale.at = begun
        tale.exactly(74 + order * 48, 90 + order * 48)
        urge(tale)
    tale.at = begun
    tale.exactly(least, most)
    tale.done()
    closed(tale)


def urge(tale: Tale) -> None:
    """A supervisor looks into it and leaves an instruction."""
    tale.task(
        "follow_up",
        {"instruction": tale.say("instruction"), "visited": True, "propose": "none", "handled": False},
        optional=True,
    )


def second_tier(tale: Tale) -> None:
    """Up to the street before the company acts."""
    late_company(tale, 126, 160, 2)


def third_tier(tale: Tale) -> None:
    """Up to the county."""
    late_company(tale, 174, 230, 2)


def fourth_tier(tale: Tale) -> None:
    """Up to the city."""
    late_company(tale, 390, 420, 3)


def handed_back(tale: Tale) -> None:
    """The company shows that it is another's; the dispatcher sends it there."""
    begin(tale, channel="mini_program")
    tale.wait(1, 16)
    hand_back(tale)
    tale.wait(0.5, 3)
    accept = tale.chance.random() < 0.75
    answers: dict[str, Any] = {"accept": accept, "reason": "经核对产权分界图，情况属实，改派。"}
    if accept:
        answers["unit"] = {"org": OTHERS.get(tale.cause["key"], "UM")}
    else:
        answers["reason"] = "该处在物业服务区域内，请继续办理。"
    tale.task("redispatch_user", answers)
    handled(tale, 8, 40)
    closed(tale)


def hand_back(tale: Tale) -> None:
    """The unit says that it is not its own affair, with a photo."""
    answers = {"result": "hand_back", "text": tale.say("hand_back"), "reason": "not_our_duty"}
    tale.task("handle", answers, {"files": 1})


def arbitrated(tale: Tale) -> None:
    """Handed back twice; the county designates, and that is final."""
    begin(tale, channel="visit")
    tale.wait(1, 10)
    hand_back(tale)
    tale.wait(0.5, 3)
    tale.task("redispatch_user", {"accept": True, "unit": {"org": "UM"}, "reason": "现场涉及占道，先由综合执法核查。"})
    tale.wait(2, 16)
    hand_back(tale)
    tale.wait(1, 8)
    tale.task(
        "arbitrate",
        {"unit": {"org": "HC"}, "basis": "县级部门职责清单第三项：物业区域内共用设施由住建监管。", "final": True},
    )
    handled(tale, 10, 50)
    closed(tale)


def extended(tale: Tale) -> None:
    """More time asked for and granted."""
    begin(tale)
    tale.wait(4, 30)
    tale.record()
    tale.wait(20, 50)
    tale.task("handle", {"result": "extend", "text": tale.say("extend"), "until": {"ahead": 14}})
    tale.wait(1, 10)
    days = tale.chance.choice((5, 8, 10))
    tale.task("decide_extension", {"approve": True, "days": days, "reason": tale.say("granted")})
    tale.wait(60, 150)
    tale.done()
    closed(tale)


def extension_refused(tale: Tale) -> None:
    """More time asked for and refused."""
    begin(tale)
    tale.wait(60, 70)
    tale.task("handle", {"result": "extend", "text": tale.say("extend"), "until": {"ahead": 14}})
    tale.wait(1, 6)
    tale.task("decide_extension", {"approve": False, "reason": tale.say("denied")})
    tale.wait(4, 30)
    tale.done()
    closed(tale)


def extension_too_late(tale: Tale) -> None:
    """More time asked for when the time was over: refused by the system."""
    begin(tale)
    tale.wait(2, 20)
    tale.record()
    tale.exactly(240, 260)
    tale.task("handle", {"result": "extend", "text": tale.say("extend"), "until": {"ahead": 14}})
    tale.wait(5, 40)
    tale.done()
    closed(tale)


def urgent(tale: Tale) -> None:
    """A danger: somebody comes within the minutes, or not, and makes it safe."""
    emergency(tale)
    tale.exactly(0.1, 0.45 if tale.chance.random() < 0.7 else 1.2)
    arrive(tale)
    tale.exactly(0.2, 1.1)
    make_safe(tale)
    tale.wait(1, 20)
    tale.done()
    closed(tale)


def emergency(tale: Tale) -> None:
    """Somebody rings about a danger."""
    danger = tale.cause["danger"]
    details = {"house_part": True} if danger in ("burst_pipe", "no_water_power") else {}
    begin(tale, channel=tale.chance.choice(("call", "hotline", "mini_program")), danger=danger, details=details,
          part="common", location_id=tale.home.unit_id, confidential=False)  # fmt: skip


def arrive(tale: Tale) -> None:
    """The unit is on the spot."""
    answers: dict[str, Any] = {"arrived_at": {"ago": 1}}
    if tale.cause.get("danger") == "lift_trapped":
        answers["people_trapped"] = tale.chance.choice((1, 1, 2, 3))
    tale.task("arrive", answers, {"photo": 1})


def make_safe(tale: Tale, *, accident: bool = False) -> None:
    """The danger is under control."""
    answers = {
        "safe_at": {"ago": 2},
        "measure": tale.cause["measure"],
        "injured": 1 if accident else 0,
        "accident": accident,
    }
    tale.task("make_safe", answers, {"photo": 1})


def accident(tale: Tale) -> None:
    """Somebody was hurt; the report to the authority is still to be made."""
    emergency(tale)
    tale.exactly(0.1, 0.2)
    arrive(tale)
    tale.exactly(0.1, 0.2)
    make_safe(tale, accident=True)


def redone(tale: Tale) -> None:
    """Rated 2, done again, verified higher up, rated better."""
    begin(tale, channel="mini_program")
    handled(tale, 1, 20)
    closed(tale, 2)
    tale.wait(3, 40)
    tale.done()
    tale.wait(1, 12)
    tale.verify()
    tale.exactly(1, 20)
    tale.rate(tale.chance.choice((4, 5)))


def redo_running(tale: Tale) -> None:
    """Rated 2: the second round runs."""
    begin(tale, channel="mini_program")
    handled(tale, 1, 12)
    tale.wait(0.5, 5)
    tale.verify()
    tale.exactly(0.5, 4)
    tale.rate(2)


def explained(tale: Tale, *, decided: bool = True) -> None:
    """Dissatisfied twice: the street explains and closes."""
    begin(tale, channel="mini_program", cause="service_attitude", category="service")
    handled(tale, 1, 16)
    closed(tale, 1)
    tale.wait(3, 20)
    tale.done()
    tale.wait(1, 10)
    tale.verify("beyond_law")
    tale.exactly(1, 12)
    tale.rate(2)
    if not decided:
        return
    tale.wait(4, 30)
    tale.task(
        "tier_decision",
        {
            "decision": "explain_close",
            "facts": "企业已整改并两次上门说明，反映人坚持要求免除全年物业费。",
            "basis": "《山东省物业管理条例》及物业服务合同关于费用的约定",
            "reply": "服务问题已经整改，欢迎继续监督；免除全年物业费没有法律和合同依据，如有异议可依法向人民法院起诉。",
        },
    )


def undecided(tale: Tale) -> None:
    """Dissatisfied twice: the street has to decide."""
    explained(tale, decided=False)


def same_again(tale: Tale) -> None:
    """After an explained closure the same person comes with the same facts: refused, in writing."""
    explained(tale)
    tale.exactly(60, 140)
    again = f"{tale.name}-again"
    tale.report(
        channel="call", cause="service_attitude", category="service",
        text="还是上次那件事，要求退还全年物业费，不退就天天打电话。",
        **{"as": again},
    )  # fmt: skip
    tale.wait(0.5, 3)
    tale.task(
        "reply_not_accepted",
        {
            "decision": "refuse",
            "reason": "same_facts",
            "reply": "该事项已依法办结并书面释明，没有新的事实和理由，不再重复受理。",
            "route": "可以向人民法院提起诉讼。",
        },
        of=again,
    )


def returned(tale: Tale) -> None:
    """The evidence is not enough; it comes back once."""
    begin(tale)
    handled(tale, 1, 20)
    tale.wait(0.5, 8)
    tale.task("verify", {"pass": "return", "evidence_ok": False, "reason": tale.say("returned")})
    tale.wait(1, 20)
    tale.done()
    closed(tale)


def two_lines(tale: Tale) -> None:
    """The same person reports by app and rings the hotline: one case, two receipts, two callbacks."""
    text = tale.text()
    begin(tale, channel="mini_program", text=text, confidential=False)
    tale.exactly(0.5, 4)
    second = f"{tale.name}-hotline"
    begin(tale, channel="hotline", text=text, confidential=False, hotline_no=f"12345-{tale.at:%m%d}-{tale.name}",
          **{"as": second})  # fmt: skip
    handled(tale)
    tale.wait(0.5, 14)
    tale.verify()
    tale.exactly(0.3, 16)
    tale.rate(tale.chance.choice((4, 5)))
    tale.exactly(0.1, 1)
    tale.rate(tale.chance.choice((4, 5)), of=second)


def withdrawn(tale: Tale) -> None:
    """The complainant takes it back; the dispatcher looks and stops it."""
    begin(tale, channel="mini_program")
    tale.exactly(3, 40)
    tale.do("withdraw", reason=tale.say("withdrawn"), person_id=tale.home.owner_id)
    tale.wait(0.5, 3)
    tale.task("stop_case", {"decision": "stop", "explanation": "反映人自愿撤回，已电话核实，同意终止办理。"})


def legal_track(tale: Tale) -> None:
    """The complainant went to court."""
    begin(tale, channel="mini_program")
    tale.wait(20, 60)
    tale.do("tell", name="legal_track_started", payload={"kind": "court", "no": "民初1023号", "court": "县人民法院"})
    tale.wait(0.5, 3)
    tale.task("stop_case", {"decision": "stop", "explanation": tale.say("legal")})


def anonymous(tale: Tale) -> None:
    """Nobody knows who reported, so nobody is called back."""
    begin(tale, channel=tale.chance.choice(("letter", "call", "portal")), anonymous=True, confidential=False)
    handled(tale)
    tale.wait(0.5, 14)
    tale.verify()


def sealed(tale: Tale) -> None:
    """An anonymous letter about a bribe goes to the petition office; neither side ever sees it."""
    tale.report(
        channel="letter",
        anonymous=True,
        category="self_government",
        cause="bribery",
        part="common",
        location_id=None,
        text="反映某物业项目负责人逢年过节给业委会个别成员送购物卡，换取续签合同和停车场承包，请组织核查，勿转给他们。",
    )


def unsorted(tale: Tale) -> None:
    """The hotline could not tell what it is about: the dispatcher sorts it."""
    tale.sorted_by_itself = False
    begin(
        tale,
        channel="hotline",
        category=None,
        cause=None,
        confidential=False,
        part="flat",  # in the same stairwell anything unsorted might be the same as anything else
        location_id=tale.home.flat_id,
    )
    tale.wait(0.5, 3)
    cause = tale.cause
    tale.task(
        "confirm_triage",
        {
            "estate": tale.estate.id,
            "category": cause["category"],
            "cause": cause["key"],
            "danger": "none",
            "note": "电话补充了具体位置，按类别派单。",
            **cause.get("details", {}),
        },
    )
    if cause.get("urgent"):
        secured(tale)
    handled(tale, 4, 30)
    closed(tale)


def asked_same(tale: Tale) -> None:
    """A neighbour writes about nearly the same: the community says that it is the same."""
    begin(tale, channel="mini_program", confidential=False)
    tale.exactly(1, 5)
    neighbour = next(home for home in tale.estate.homes if home.unit_id == tale.home.unit_id and home != tale.home)
    other = f"{tale.name}-neighbour"
    begin(tale, channel="mini_program", confidential=False, person_id=neighbour.owner_id,
          text=_NEAR_TEXT, cause=_NEAR[tale.cause["key"]], **{"as": other})  # fmt: skip
    tale.exactly(0.3, 2.5)
    tale.task("ask_same", {"same": "same", "case": {"case_of": tale.name}}, of=other)
    handled(tale, 2, 24)
    tale.wait(0.5, 14)
    tale.verify()
    tale.exactly(0.3, 16)
    tale.rate(5)
    tale.exactly(0.1, 1)
    tale.rate(4, of=other, person_id=neighbour.owner_id)


def cluster(tale: Tale) -> None:
    """Many neighbours write about one thing: one case, everybody is called back."""
    text = tale.text()
    begin(tale, channel="mini_program", text=text, confidential=False)
    neighbours = [one for one in tale.estate.homes if one.unit_id == tale.home.unit_id and one != tale.home][:4]
    for number, one in enumerate(neighbours):
        tale.exactly(0.2, 1.5)
        begin(tale, channel="mini_program", text=text, confidential=False, person_id=one.owner_id,
              **{"as": f"{tale.name}-{number}"})  # fmt: skip
    handled(tale, 10, 40, record=True)
    tale.wait(0.5, 10)
    tale.verify()
    tale.exactly(0.5, 5)
    tale.rate(4)
    for number, one in enumerate(neighbours):
        tale.exactly(0.2, 8)
        tale.rate(tale.chance.choice((3, 4, 5)), of=f"{tale.name}-{number}", person_id=one.owner_id)


def new(tale: Tale) -> None:
    """Just reported."""
    begin(tale)


def claimed(tale: Tale) -> None:
    """Taken in hand, nothing done yet."""
    begin(tale)
    tale.exactly(0.3, 1.5)
    tale.claim()


def half_done(tale: Tale) -> None:
    """A first step is on record."""
    begin(tale)
    tale.wait(0.5, 6)
    tale.claim()
    tale.wait(1, 8)
    tale.record()


def to_verify(tale: Tale) -> None:
    """Reported done."""
    begin(tale)
    handled(tale, 1, 10)


def to_call(tale: Tale) -> None:
    """Answered; nobody has asked the complainant yet."""
    begin(tale)
    handled(tale, 1, 10)
    tale.wait(0.5, 6)
    tale.verify()


def to_redispatch(tale: Tale) -> None:
    """Handed back; the dispatcher has to say."""
    begin(tale, channel="mini_program")
    tale.exactly(0.5, 2)
    hand_back(tale)


def to_arbitrate(tale: Tale) -> None:
    """Handed back twice; somebody has to designate."""
    begin(tale, channel="visit")
    tale.exactly(1, 2)
    hand_back(tale)
    tale.exactly(0.5, 1.5)
    tale.task("redispatch_user", {"accept": True, "unit": {"org": "UM"}, "reason": "先由综合执法到场核查。"})
    tale.exactly(1, 3)
    hand_back(tale)


def to_extend(tale: Tale) -> None:
    """More time is asked for."""
    begin(tale)
    tale.wait(2, 10)
    tale.record()
    tale.exactly(20, 26)
    tale.task("handle", {"result": "extend", "text": tale.say("extend"), "until": {"ahead": 14}})


def extension_running(tale: Tale) -> None:
    """More time was granted and runs."""
    begin(tale)
    tale.wait(4, 20)
    tale.record()
    tale.wait(20, 40)
    tale.task("handle", {"result": "extend", "text": tale.say("extend"), "until": {"ahead": 14}})
    tale.wait(1, 6)
    tale.task("decide_extension", {"approve": True, "days": 10, "reason": tale.say("granted")})


def to_stop(tale: Tale) -> None:
    """Taken back; the dispatcher has not looked yet."""
    begin(tale, channel="mini_program")
    tale.exactly(0.5, 1)
    tale.do("withdraw", reason=tale.say("withdrawn"), person_id=tale.home.owner_id)


def to_sort(tale: Tale) -> None:
    """A hotline order that nobody could sort yet."""
    tale.sorted_by_itself = False
    begin(
        tale,
        channel="hotline",
        category=None,
        cause=None,
        confidential=False,
        part="flat",  # in the same stairwell anything unsorted might be the same as anything else
        location_id=tale.home.flat_id,
    )


def to_compare(tale: Tale) -> None:
    """Two reports that may be one."""
    begin(tale, channel="mini_program", confidential=False)
    tale.exactly(0.5, 1)
    neighbour = next(home for home in tale.estate.homes if home.unit_id == tale.home.unit_id and home != tale.home)
    begin(tale, channel="mini_program", confidential=False, person_id=neighbour.owner_id,
          text=_NEAR_TEXT, cause=_NEAR[tale.cause["key"]], **{"as": f"{tale.name}-neighbour"})  # fmt: skip


def to_arrive(tale: Tale) -> None:
    """A danger that was just reported."""
    emergency(tale)


def to_make_safe(tale: Tale) -> None:
    """On the spot, not yet safe."""
    emergency(tale)
    tale.exactly(0.1, 0.15)
    arrive(tale)


def urgent_handled(tale: Tale) -> None:
    """Safe; the cause is still to be put right."""
    to_make_safe(tale)
    tale.exactly(0.3, 0.5)
    make_safe(tale)


def in_conference(tale: Tale) -> None:
    """More than the company can do: before the joint conference."""
    begin(tale, channel="mini_program")
    tale.wait(1, 16)
    tale.record()
    tale.wait(4, 20)
    tale.task("handle", {"result": "beyond_us", "text": tale.say("beyond_us")})
    tale.wait(2, 10)
    submit(tale)


def submit(tale: Tale) -> None:
    """The unit puts the matter before the conference."""
    tale.task(
        "submit",
        {
            "category": "governance",
            "facts": "同一点位多次反映，涉及产权单位、执法部门和多户业主，单靠项目部无法推进。",
            "tried": "项目部三次上门协调，社区组织恳谈会一次，未能达成一致。",
            "asked": "请联席会议明确牵头单位、整改方案和完成时间。",
        },
    )


def changed_hands(tale: Tale) -> None:
    """Reported to the old company, moved to the new one on the day of its contract, done by it."""
    begin(tale, channel="mini_program")
    tale.wait(2, 8)
    tale.record()
    tale.wait(70, 90)
    tale.done()
    closed(tale)


# Who answers in truth for what a company hands back.
OTHERS = {"water_pump_room": "UT.water", "common_lights": "UT.power", "parking_order": "PSB", "drains_blocked": "HC"}
# Another cause of the same category, as neighbours see one thing differently.
_NEAR = {
    "daily_cleaning": "dumping",
    "common_lights": "power_supply",
    "lift_fault": "lift_unsafe",
    "green_upkeep": "green_taken",
    "parking_order": "garage_sales",
    "drains_blocked": "drains_blocked",
}
NEAR_CAUSES = frozenset(_NEAR) - {"drains_blocked"}
