"""The guard of one run: waits until the run's parent is gone, then removes what it left.

Started as `python -m rehearsal.servers.guard DIRECTORY` with a pipe as standard input. The kernel
closes the other end when the parent dies, kill -9 included, which no handler there survives.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from rehearsal.servers.cleaning import remove_run


def main() -> None:
    # On a shutdown of the machine everybody is signalled: the guard is the one who stays to clean.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while os.read(sys.stdin.fileno(), 1024):
        pass
    remove_run(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
