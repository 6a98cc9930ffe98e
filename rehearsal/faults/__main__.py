"""`python -m rehearsal.faults`: runs cases of the fault matrix, appends each to the record, then writes the page."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    # Imported here: controllers and clients fork from a server that must not import the arena for each of them.
    from rehearsal.faults.command import main

    sys.exit(main(sys.argv[1:]))
