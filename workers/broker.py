"""How we use Celery: to wake workers. Messages are disposable, hold ids only, and carry no promise."""

from celery import Celery

MEMORY = "memory://localhost//"
QUEUE = "banjie"
RUN_JOB = "workers.run_job"
RUN_DUE_JOBS = "workers.run_due_jobs"
UPKEEP = "workers.upkeep"

#: How long a wake-up is worth delivering, in seconds; what is later the sweep has found.
WORTH = 60


def create_app(broker_url: str, queue: str = QUEUE) -> Celery:
    """Return a Celery application on a broker; an empty URL means the memory of this process."""
    app = Celery("banjie", broker=MEMORY if is_memory(broker_url) else broker_url, set_as_current=False)
    app.conf.update(
        task_default_queue=queue,
        task_ignore_result=True,
        # A lost or doubled wake-up is harmless: the sweep finds what was missed, the database refuses what is done.
        task_acks_late=False,
        task_time_limit=300,
        task_soft_time_limit=240,
        task_publish_retry=True,
        task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1},
        worker_prefetch_multiplier=1,
        worker_max_tasks_per_child=2000,
        worker_soft_shutdown_timeout=20,
        worker_enable_soft_shutdown_on_idle=True,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_redirect_stdouts=False,
        worker_hijack_root_logger=False,
        broker_connection_timeout=2,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options=_transport_options(app.conf.broker_url),
    )
    return app


def is_memory(broker_url: str) -> bool:
    """Tell whether the broker is the memory of this process."""
    return not broker_url or broker_url.startswith("memory:")


def _transport_options(broker_url: str) -> dict[str, object]:
    if is_memory(broker_url):
        return {"polling_interval": 0.05}
    if broker_url.startswith(("redis", "rediss", "sentinel")):
        return {"visibility_timeout": 3600, "socket_timeout": 5, "socket_connect_timeout": 2}
    return {"confirm_publish": True}
