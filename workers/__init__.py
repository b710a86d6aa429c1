"""The worker door: Celery wakes it, the database tells it what is due."""

from workers.door import Worker, create_worker
from workers.wakening import Wakening

__all__ = ["Wakening", "Worker", "create_worker"]
