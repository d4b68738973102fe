"""What `python -m workers worker` and `python -m workers beat` run.

Celery's own command would load a shell of its own and all that this needs with it, which takes a
third of a second, and the memory in each process for as long as it lives.
"""

import sys

from moderation.collector import resting


def worker() -> int:
    """Be a worker for all task queues; gives the exit code."""
    with resting():
        from workers.app import QUEUES, app
        from workers.pool import FreshPipes

        program = app.Worker(
            quiet=True,
            loglevel="WARNING",
            pool_cls=FreshPipes,
            concurrency=app.settings.worker_processes,
            queues=QUEUES,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
    program.start()
    return int(program.exitcode or 0)


def beat() -> int:
    """Be the clock that sends tasks at their time; gives the exit code."""
    with resting():
        from workers.beat import app

        program = app.Beat(quiet=True, loglevel="WARNING", scheduler="celery.beat:Scheduler")
    program.run()
    return 0


if __name__ == "__main__":
    sys.exit({"worker": worker, "beat": beat}[sys.argv[1]]())
