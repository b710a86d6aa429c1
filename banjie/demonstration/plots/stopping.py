"""A matter ends before it is done: taken back, or gone to court."""

from banjie.demonstration.plots.moves import begin
from banjie.demonstration.tales import Tale


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


def to_stop(tale: Tale) -> None:
    """Taken back; the dispatcher has not looked yet."""
    begin(tale, channel="mini_program")
    tale.exactly(0.5, 1)
    tale.do("withdraw", reason=tale.say("withdrawn"), person_id=tale.home.owner_id)
