"""What is done beside a switch, each thing in a thread of its own, and what came of it."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Final

import psutil
import psycopg

PATIENCE_SECONDS: Final = 30.0


class Asides:
    """Threads that run beside one switch; where one fails, the scenario did not come about."""

    def __init__(self) -> None:
        self.failures: list[str] = []
        """What did not happen as the scenario has it: then nothing was shown."""
        self._threads: list[threading.Thread] = []

    def start(self, what: str, act: Callable[[], None]) -> threading.Thread:
        """Does something in a thread of its own; waited for at the end, and its failure is the arena's."""

        def run() -> None:
            try:
                act()
            except Exception as error:  # nobody else would hear of it
                self.failed(what, error)

        thread = threading.Thread(target=run, daemon=True)
        self._threads.append(thread)
        thread.start()
        return thread

    def later(self, seconds: float, act: Callable[[], object]) -> None:
        """Does something after a while, beside the switch; waited for at its end."""

        def wait_and_act() -> None:
            time.sleep(seconds)
            # What a scenario undoes may have ended by itself meanwhile.
            with contextlib.suppress(psycopg.Error, psutil.Error):
                act()

        self.start("what is done later", wait_and_act)

    def failed(self, what: str, error: Exception) -> None:
        """Notes that the scenario did not come about as it was meant."""
        self.failures.append(f"{what}: {type(error).__name__}: {error}")

    def finish(self) -> None:
        """Waits until all of it has ended; what has not in time is a failure."""
        # One of them may start another.
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)
            if thread.is_alive():
                self.failures.append(
                    f"what was begun beside the switch did not end within {PATIENCE_SECONDS:.0f} s"
                )
