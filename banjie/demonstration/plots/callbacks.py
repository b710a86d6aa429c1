"""The complainant is asked: reached or not, content or not, and what follows when not."""

from banjie.demonstration.plots.moves import begin, closed, handled
from banjie.demonstration.tales import Tale


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


def to_call(tale: Tale) -> None:
    """Answered; nobody has asked the complainant yet."""
    begin(tale)
    handled(tale, 1, 10)
    tale.wait(0.5, 6)
    tale.verify()


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
