"""The pool of processes that run tasks, whose pipes no second process gets."""

from contextlib import suppress
from typing import Any

from celery.concurrency.asynpool import AsynPool
from celery.concurrency.prefork import TaskPool


class FreshPipesPool(AsynPool):  # type: ignore[misc]
    """Celery's pool, with new pipes for each new process.

    A process that was killed may have read half a message. Celery keeps the pipe with the other
    half where it had forgotten the task by then, as it does when the broker is gone in the same
    moment. The next process would take what is left for the length of a message, and wait for the
    rest of it for ever, and the worker with it.
    """

    def _process_cleanup_queues(self, proc: Any) -> None:
        """Called once for each process that has ended."""
        if proc.dead:
            return
        proc.dead = True  # Celery's word for one whose pipes are gone
        with suppress(ValueError):  # it had none any more
            if self.destroy_queues(self._find_worker_queues(proc), proc):
                self._queues[self.create_process_queues()] = None


class FreshPipes(TaskPool):  # type: ignore[misc]
    """What `Worker(pool_cls=...)` takes."""

    Pool = FreshPipesPool
