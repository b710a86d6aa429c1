"""What the inbox does."""

from casework.cases import services
from casework.persistence import Work


def claim(work: Work, task_id: int) -> None:
    """Take a task for the person who asks; Conflict where somebody was first."""
    services.claim_item(work, task_id)


def release(work: Work, task_id: int) -> None:
    """Put a task back for the others."""
    services.release_item(work, task_id)
