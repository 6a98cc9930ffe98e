"""The write pause as clients see it, through the whole state machine, beside pg_easy_replicate's algorithm.

    python benchmarks/pause.py [--runs 200] [--growth] [--results FILE]

Each seed is a run in the arena of the fault matrix (rehearsal/faults): this project's state machine and functions
move the writer; with every fourth seed the peer's algorithm does so too, on databases of the same two servers, under
as many clients with the same statements. The waits of the state machine are scaled, the pause is not; which of the two
goes first changes from pair to pair. Every run is a line of FILE.jsonl, and runs that are there already are not
repeated: a loop that was interrupted goes on. --growth adds 4, 16 and 64 writers, and 10, 1,000 and 10,000 tables. Exit
status 0 only where every run moved the writer and lost nothing; whether the targets are met is in the summary.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":
    # Here, because every process of controllers and clients reads this file anew: with the arena it takes each a second
    # of processor, beside the switch that is measured.
    from pause_runs import main

    sys.exit(main(str(__doc__).splitlines()[0]))
