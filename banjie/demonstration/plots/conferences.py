"""More than one unit can do: the joint conference."""

from banjie.demonstration.plots.moves import begin
from banjie.demonstration.tales import Tale


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
