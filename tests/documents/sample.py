"""What an election's papers could be filled with."""

from pathlib import Path

from casework.config import ROOT

OWN = ROOT / "processes" / "committee_election" / "documents"
SHARED = ROOT / "processes" / "documents"
NOWHERE = Path("/nonexistent")
DATA = {
    "estate": "水景花苑",
    "place": "济宁市任城区济阳街道",
    "case_no": "XJ-2026-0001",
    "today": "2026年9月18日",
    "variant": "换届",
    "organiser": "换届小组",
    "group": [{"name": "许**", "side": "业主代表"}],
    "candidates": [{"place": "1", "name": "许明远", "post": "委员", "about": "3号楼，中共党员，自荐。愿为大家办事。"}],
    "elected": ["许明远"],
    "roll": {"as_of": "2026年9月1日", "heads": "10", "area": "1 000.00", "digest": "02" * 32},
    "vote": {
        "title": "选举第二届业主委员会",
        "mode": "书面",
        "opens": "2026年9月18日16:30",
        "closes": "2026年9月25日16:30",
        "counted": "2026年9月26日09:00",
        "ballots": "10",
        "delivered": "3",
        "participation": "面积不少于3分之2、人数不少于3分之2",
        "turnout": "7 人、700.00 平方米",
        "box": "ab" * 32,
        "agenda": [
            {
                "no": "1",
                "title": "选举委员",
                "text": "<等额> & 差额",
                "seats": "1",
                "candidates": [{"place": "1", "name": "许明远", "about": "3号楼，中共党员，自荐。愿为大家办事。"}],
            },
            {"no": "2", "title": "选聘物业", "text": "三年", "seats": "", "candidates": []},
        ],
        "results": [
            {
                "no": "1",
                "title": "选举委员",
                "rows": [{"name": "许明远", "heads": "7", "area": "700.00"}],
                "conclusion": "通过",
            }
        ],
    },
    "committee": {"term": "五年", "members": [{"name": "许明远", "post": "主任"}], "substitutes": []},
    "filing": {"no": "RC-2026-001"},
}


def files() -> dict[str, bytes]:
    """Return the templates as a release holds them."""
    folders = {"committee_election/documents": OWN, "documents": SHARED}
    return {f"{name}/{path.name}": path.read_bytes() for name, folder in folders.items() for path in folder.iterdir()}
