"""Granian, whose processes are started again as long as the server runs."""

from __future__ import annotations

from ctypes import c_bool
from multiprocessing import RawValue
from time import monotonic
from typing import TYPE_CHECKING, Any  # What granian hands on, and only itself uses.

if TYPE_CHECKING:
    # What the two classes have in common between which granian chooses.
    from granian.server.common import AbstractServer as Granian
else:
    from granian import Granian

# From one start of a process to the next: one that fails at once would burn the processor.
SECONDS_BETWEEN_STARTS = 2.0


class Server(Granian):
    """A server that no death of its processes ends, once one of them has loaded the application.

    Granian itself gives up when a process dies twice within 5.5 seconds, as on a system that is
    short of memory, and may forget a process that dies while another one is replaced. Not so here;
    but where none comes as far as to set `has_loaded`, the server ends with 1.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Without a lock, which a process might hold when it is killed.
        self.has_loaded = RawValue(c_bool, False)
        self.replaced = 0

    def _serve_loop(self, spawn_target: Any, target_loader: Any) -> None:
        """Replace processes that died, and all of them when told to, until told to stop."""
        while not self.interrupt_signal:
            self.main_loop_interrupt.wait(self.seconds_to_next_start())
            # Before looking: what happens from here on sets it again.
            self.main_loop_interrupt.clear()
            if self.is_hopeless():
                # Granian ends with 1 where it finds failed processes.
                return
            if self.reload_signal:
                self._reload(spawn_target, target_loader)  # type: ignore[no-untyped-call]
            for idx in self.take_dead():
                self._respawn_workers([idx], spawn_target, target_loader)
        self.interrupt_children.clear()

    def seconds_to_next_start(self) -> float | None:
        """Return how long to wait before a dead process may be replaced; None where none is."""
        starts = [self.next_start(idx) for idx in self.interrupt_children.copy()]
        return max(min(starts) - monotonic(), 0) if starts else None

    def next_start(self, idx: int) -> float:
        """Return when a process may be replaced, by the monotonic clock."""
        return float(self.wrks[idx].birth) + SECONDS_BETWEEN_STARTS

    def take_dead(self) -> list[int]:
        """Return the dead processes that may be replaced now, and forget that they died."""
        found = set(self.interrupt_children)
        due = [idx for idx in found if self.next_start(idx) <= monotonic()]
        for idx in due:
            self.interrupt_children.remove(idx)
        self.replaced += len(due)
        # A reload may have replaced it meanwhile.
        return [idx for idx in due if not self.wrks[idx].is_alive()]

    def is_hopeless(self) -> bool:
        """Say whether a process died for the second time and none could load the application."""
        dead = self.replaced + len(self.interrupt_children)
        return not self.has_loaded.value and dead > self.workers
