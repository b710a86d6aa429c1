"""When nothing in a case can go on of itself, or too much does."""

from typing import TYPE_CHECKING, Final

from SpiffWorkflow.util.task import TaskState

from casework.engine.expressions import StuckError

if TYPE_CHECKING:
    from casework.engine.running import Case

DEADLOCK: Final = StuckError(
    "waits_for_ever",
    "这里在等其他分支汇合，但已没有分支会走到这里，案件会一直停住。请移动办理位置，并改正流程的分支与汇合。",
    "Tokens wait here for others, and none can come any more. Move the token, and correct the splits and joins.",
)


def report_deadlock(case: "Case") -> None:
    """Say so when all that is left are tokens that wait at joins for tokens that can't come any more."""
    live = [task for scope in case.scopes() for task in scope.live.values()]
    holders = {*case.subprocesses, *(task.parent.id for task in live if "instance" in task.internal_data)}
    leaves = [task for task in live if task.id not in holders]
    waiting = [task for task in leaves if task.task_spec.joins and task._state == TaskState.WAITING]
    if waiting and len(waiting) == len(leaves) and not case.receivers():
        for task in waiting:
            case.record.incident(task, DEADLOCK)


def stop_running_in_circles(case: "Case", steps: int) -> None:
    """Hold the tokens that would run for ever."""
    trouble = StuckError(
        "endless_loop",
        f"这一步之内执行了 {steps} 个节点仍未停下：流程在绕圈。请在循环中加入等待或退出条件。",
        f"{steps} elements ran in one step without a stop: give the loop a way out, or something to wait for.",
    )
    while case.ready:
        task = case.ready.popleft()
        if task._state == TaskState.READY:
            case.stick(task, trouble)
