"""What has to be sorted by a person, and what goes another way altogether."""

from banjie.demonstration.plots.moves import begin, closed, handled, secured
from banjie.demonstration.tales import Tale


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
