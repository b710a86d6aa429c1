"""A secret vote in its diagram: its key, its box and its trustees, who open it once."""

from typing import Any

import pytest

from casework.assemblies import services as assemblies
from casework.assemblies.queries import latest
from casework.errors import Conflict, Refused
from casework.notifications import Notice
from casework.votes.models import Vote
from tests.factories import NOON, Stage

ITEM = {"no": 1, "title": "选聘物业", "kind": "decision", "class": "ordinary"}
PLACES = [{"where": place, "photo": {"photos": 1}} for place in ("1号楼", "2号楼")]
TELLERS = ("计票员小甲", "计票员小乙")
TRUSTEES = ("社区小宋", "社区大刘", "街道小孙")
ORGANISER = "筹备组老赵"


@pytest.fixture
def announced(stage: Stage) -> Stage:
    """A secret vote whose notice has hung long enough on this morning; its shares are not handed out."""
    return begun(stage)


def begun(stage: Stage, **more: Any) -> Stage:
    for name, role in ((TELLERS[0], "teller"), (TELLERS[1], "teller"), (ORGANISER, "group_lead")):
        stage.do("appoint", person=name, role=role, at="estate")
    stage.do("roll", parts=[{"owner": "户主", "times": 6, "area": "100.00"}])
    trustees = [stage.town.person(name) for name in TRUSTEES]
    about = {"title": "选聘物业", "text": "见议程。", "items": [ITEM], "forms": ["online"], **more}
    stage.do("start", process="owner_vote", with_={**about, "secret": True, "trustees": trustees, "threshold": 2})
    posted = {"posted_at": NOON.isoformat(), "places": PLACES, "online": True}
    stage.do("complete", by=ORGANISER, task="post", with_=posted)
    stage.move("2026-06-16 09:00:00")
    return stage


def concluded(stage: Stage) -> None:
    stage.do("complete", by=ORGANISER, task="conclude", with_={"result": "confirmed"})


def entered(stage: Stage) -> None:
    for teller in TELLERS:
        stage.do("enter_ballots", by=teller, received=0)


def voted(stage: Stage, voters: str = "户主1-5") -> None:
    """Hand out the shares, deliver the ballots, let the voters vote, and the window be over."""
    stage.do("hand_out", by=ORGANISER)
    stage.do("deliver", by="网格员小吴")
    stage.do("vote", by=voters, choices={1: "for"})
    stage.move("2026-07-02 00:00:00")


def tasks(stage: Stage) -> list[str]:
    return stage.tasks(stage.names["case"]["case"])


def the_vote(stage: Stage) -> Vote:
    with stage.work() as work:
        return latest(work, stage.names["case"]["case"])


def test_no_ballot_is_issued_before_the_trustees_hold_the_key(announced: Stage) -> None:
    concluded(announced)
    assert (tasks(announced), the_vote(announced).state) == (["arrange"], "prepared")
    announced.do("hand_out", by=ORGANISER)
    assert (tasks(announced), the_vote(announced).state) == (["deliver"], "open")


def test_trustees_are_told_when_their_shares_are_made_anew(announced: Stage) -> None:
    concluded(announced)
    announced.do("hand_out", by=ORGANISER)
    with announced.work() as work:
        assemblies.hand_out_shares(work, the_vote(announced).id, again=True)
    [told] = announced.rows(Notice, code="trustee_key_remade")
    assert told.recipients == [f"p{announced.town.person(name)}" for name in TRUSTEES]
    announced.do("deliver", by="网格员小吴")
    announced.do("vote", by="户主1", choices={1: "for"})
    with announced.work() as work, pytest.raises(Conflict, match="报告街道"):
        assemblies.hand_out_shares(work, the_vote(announced).id, again=True)


def test_the_count_waits_for_the_trustees_and_goes_on_from_there(announced: Stage) -> None:
    concluded(announced)
    voted(announced)
    entered(announced)
    assert tasks(announced) == ["arrange"]
    with pytest.raises(Refused):
        announced.do("open_box", by="社区大刘", shares=["社区大刘"])
    assert the_vote(announced).state == "closed"
    announced.do("open_box", by="社区大刘", shares=["社区大刘", "街道小孙"])
    assert tasks(announced) == ["sign_record"]
    assert the_vote(announced).result["items"][0]["passed"] is True
    announced.do("open_box", by="社区大刘", shares=["社区大刘", "街道小孙"])
    assert tasks(announced) == ["sign_record"], "a second press opens nothing"


def test_the_box_is_not_opened_while_papers_are_entered_again(announced: Stage) -> None:
    concluded(announced)
    voted(announced)
    entered(announced)
    announced.do("open_box", by="社区大刘", shares=["社区大刘", "街道小孙"])
    vote_id, shares = the_vote(announced).id, list(announced.names["shares"][1].values())
    recounting(announced)
    assert (tasks(announced), the_vote(announced).state) == (["enter", "enter"], "closed")
    with pytest.raises(Refused, match="计票人"), announced.work() as work:
        assemblies.open_box(work, vote_id, shares[:2])
    assert the_vote(announced).state == "closed"
    entered(announced)
    assert tasks(announced) == ["arrange"]
    announced.do("open_box", by="社区大刘", shares=["社区小宋", "街道小孙"])
    assert (tasks(announced), the_vote(announced).state) == (["sign_record"], "counted")


def recounting(stage: Stage) -> None:
    """Have an objection to the posted result upheld, so that the papers are read once more."""
    signed = [{"person": one, "signer": "teller", "mark": one} for one in TELLERS]
    signed.append({"person": "社区小宋", "signer": "observer", "mark": "社区小宋"})
    stage.do("complete", by=TELLERS[0], task="sign_record", with_={"record": {"photos": 1}, "sign": signed})
    stage.do("post", by=ORGANISER)
    stage.do("objection", by="李业主", grounds="计票有误，请复核。")
    answer = {"finding": "upheld", "reply": "异议成立，重新计票。", "change": True}
    stage.do("complete", by="街道小孙", task="answer", with_=answer)
    stage.move("2026-07-20 09:00:00")
    stage.do("complete", by=ORGANISER, task="conclude", with_={"result": "confirmed"})


def test_a_stopped_vote_waits_for_no_trustee(announced: Stage) -> None:
    concluded(announced)
    voted(announced)
    entered(announced)
    announced.do("message", name="vote_stopped", with_={"by": "法院", "no": "1", "reason": "保全"})
    assert (tasks(announced), the_vote(announced).state) == ([], "stopped")
    with pytest.raises(Conflict):
        announced.do("open_box", by="社区大刘", shares=["社区大刘", "街道小孙"])


def test_too_few_without_an_announced_extension_is_opened_and_void(announced: Stage) -> None:
    concluded(announced)
    voted(announced, "户主1-2")
    entered(announced)
    announced.do("open_box", by="社区大刘", shares=["社区大刘", "街道小孙"])
    assert the_vote(announced).result["participation"] is False
