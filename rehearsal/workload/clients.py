"""One process of clients: configured through standard input, and running until that is closed.

Started as `python -m rehearsal.workload.clients`. The first line of input is the configuration;
five times a second a line of figures goes to standard output; what happened goes to the file that
the configuration names.
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Final

from rehearsal.workload.configuration import ClientsConfiguration
from rehearsal.workload.reading import Reader
from rehearsal.workload.recording import Recorder
from rehearsal.workload.writing import Writer

if TYPE_CHECKING:
    from collections.abc import Sequence

FLUSH_SECONDS: Final = 0.2
GOODBYE_SECONDS: Final = 5.0
SWITCH_INTERVAL_SECONDS: Final = 0.0005
"""How long a thread may keep the interpreter; the usual 5 ms would show in every pause."""


def main() -> None:
    configuration = ClientsConfiguration.model_validate_json(sys.stdin.readline())
    sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
    threading.excepthook = _die
    stop = threading.Event()
    with configuration.records.open("w") as file:
        recorder = Recorder(file)
        threads = _start(configuration, recorder, stop)
        threading.Thread(target=_wait_for_end_of_input, args=[stop], daemon=True).start()
        while not stop.wait(FLUSH_SECONDS):
            _say(recorder.flush())
        for thread in threads:
            thread.join(GOODBYE_SECONDS)
        _say(recorder.flush())
    # A writer may wait at a closed gate for as long as that stays closed. Its write was not
    # acknowledged, so nothing is lost by not waiting with it.
    os._exit(0)


def _start(
    configuration: ClientsConfiguration, recorder: Recorder, stop: threading.Event
) -> Sequence[threading.Thread]:
    resolver = configuration.resolver.make()
    clients: list[Writer | Reader] = [
        Writer(number, configuration=configuration, resolver=resolver, recorder=recorder, stop=stop)
        for number in configuration.writers
    ]
    clients += [
        Reader(number, configuration=configuration, resolver=resolver, recorder=recorder, stop=stop)
        for number in configuration.readers
    ]
    threads = [threading.Thread(target=client.run, daemon=True) for client in clients]
    for thread in threads:
        thread.start()
    return threads


def _die(failure: threading.ExceptHookArgs) -> None:
    """End the process: with a client fewer, every figure would be quietly wrong."""
    traceback.print_exception(failure.exc_value)
    sys.stderr.flush()
    os._exit(1)


def _wait_for_end_of_input(stop: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    stop.set()


def _say(line: str) -> None:
    try:
        print(line, flush=True)
    except BrokenPipeError:
        # The parent is gone; the end of input follows, or came first.
        return


if __name__ == "__main__":
    main()
