"""The pool of processes that run tasks, whose pipes no second process gets."""

from typing import Any

from celery.concurrency.asynpool import AsynPool
from celery.concurrency.prefork import TaskPool

_ENDS_WITHIN = 1.0  # seconds; it takes no thousandth of one


class FreshPipesPool(AsynPool):  # type: ignore[misc]
    """Celery's pool, with new pipes for each new process.

    A process that was killed may have read half a message. Celery keeps the pipe with the other
    half where it had forgotten the task by then, as it does when the broker is gone in the same
    moment. The next process would take what is left for the length of a message, and wait for the
    rest of it for ever, and the worker with it.
    """

    def _event_process_exit(self, hub: Any, proc: Any) -> None:
        """Called when a process ends, which is a moment before the system tells how. Without that
        Celery would look again only after five seconds.
        """
        proc.join(_ENDS_WITHIN)
        super()._event_process_exit(hub, proc)

    def _process_cleanup_queues(self, proc: Any) -> None:
        """Called for a process that has ended, before the next one gets its pipes."""
        if proc.dead:
            return
        self.on_process_down(proc)  # forgets the pipes' numbers, while they are theirs
        proc.dead = True  # Celery's word for one whose pipes are gone
        try:
            pipes = self._find_worker_queues(proc)
        except ValueError:
            return  # it had none any more
        if self.destroy_queues(pipes, proc):
            self._queues[self.create_process_queues()] = None


class FreshPipes(TaskPool):  # type: ignore[misc]
    """What `Worker(pool_cls=...)` takes."""

    Pool = FreshPipesPool
