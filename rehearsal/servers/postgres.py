"""Throw-away PostgreSQL servers: copies of one template, run as children of the rehearsal."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from psycopg.conninfo import make_conninfo

from rehearsal.servers.errors import PortInUse, ServerFailed
from rehearsal.servers.installation import Installation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rehearsal.servers.run_directory import RunDirectory

HOST: Final = "127.0.0.1"
SUPERUSER: Final = "postgres"
READY_SECONDS: Final = 30.0
STOP_SECONDS: Final = 20.0
POLL_SECONDS: Final = 0.01
LONGEST_SOCKET_PATH: Final = 100
"""Bytes of a socket's path that every system accepts (Linux 107, macOS 103)."""
LAST_WORDS_LINES: Final = 15
CHANCES_FOR_A_FREE_PORT: Final = 5

StopMode = Literal["smart", "fast", "immediate"]
_STOP_SIGNALS: Final[Mapping[StopMode, signal.Signals]] = {
    "smart": signal.SIGTERM,
    "fast": signal.SIGINT,
    "immediate": signal.SIGQUIT,
}

SETTINGS: Final[Mapping[str, str]] = {
    "listen_addresses": HOST,
    "wal_level": "logical",
    "max_wal_senders": "20",
    "max_replication_slots": "20",
    "max_logical_replication_workers": "12",
    "max_worker_processes": "24",
    "max_connections": "200",
    "max_locks_per_transaction": "256",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    # What makes an acknowledged write one: a rehearsal without it would prove nothing.
    "fsync": "on",
    "synchronous_commit": "on",
    "log_min_messages": "warning",
}


@dataclass(frozen=True, kw_only=True)
class ServerTemplate:
    """A data directory fresh from initdb; servers start from copies, in a tenth of the time."""

    run: RunDirectory
    installation: Installation
    password: str = field(repr=False)
    """Of every role: other users of the machine can reach a port on 127.0.0.1 too."""
    name: str = "template"
    """Of its directory in the run's: one for each version that runs there."""

    @classmethod
    def create(
        cls,
        run: RunDirectory,
        installation: Installation | None = None,
        *,
        name: str = "template",
    ) -> ServerTemplate:
        """Run initdb in the run's directory. Raises BinariesNotFound or ServerFailed."""
        found = installation or Installation.find()
        found.account.require_reachable(run.path.parent)
        found = found.reachable_from(run.path)
        template = cls(run=run, installation=found, password=secrets.token_hex(16), name=name)
        home = template.path.parent
        template.make_home(home)
        password_file = home / "password"
        password_file.write_text(template.password)
        template.hand_over(password_file)
        found.run(
            "initdb",
            f"--pgdata={template.path}",
            f"--username={SUPERUSER}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            # The copy is what has to survive; the server syncs what it writes from then on.
            "--no-sync",
            cwd=home,
        )
        password_file.unlink()
        return template

    @property
    def path(self) -> Path:
        return self.run.path / self.name / "data"

    def make_home(self, home: Path) -> None:
        """Make a directory that the servers' account owns and can reach."""
        home.mkdir(mode=0o700)
        self.hand_over(home)
        if self.installation.account.uid is not None:
            self.run.path.chmod(0o711)

    def hand_over(self, path: Path) -> None:
        """Make the servers' account the owner of one file or directory."""
        uid = self.installation.account.uid
        if uid is not None:
            os.chown(path, uid, uid)

    def copy_to(self, data: Path) -> None:
        """Copy the data directory to `data`."""
        shutil.copytree(self.path, data, symlinks=True)
        for path in [data, *data.rglob("*")]:
            self.hand_over(path)


class PostgresServer:
    """One PostgreSQL server on 127.0.0.1 and on a socket in its home directory.

    `port` 0 takes any free one; it is known after the first `start`, and kept over restarts.
    `settings` go over SETTINGS. Made but not started: :meth:`start` makes the data directory.
    """

    def __init__(
        self,
        template: ServerTemplate,
        *,
        name: str,
        port: int = 0,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.port = port
        self._any_port = port == 0
        self._settings = {**SETTINGS, **(settings or {})}
        self._template = template
        self._process: subprocess.Popen[Any] | None = None

    def __repr__(self) -> str:
        return f"PostgresServer(name={self.name!r}, port={self.port})"

    @property
    def home(self) -> Path:
        """The directory of its data, log and socket."""
        return self._template.run.path / self.name

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def password(self) -> str:
        """The password every role of this server is to be created with."""
        return self._template.password

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the server and return when it takes connections.

        Raises PortInUse where a given port is taken, ServerFailed where the server ends or takes
        longer than READY_SECONDS.
        """
        if not self.data.exists():
            self._template.make_home(self.home)
            self._template.copy_to(self.data)
        for chance in range(1, CHANCES_FOR_A_FREE_PORT + 1):
            try:
                self._launch()
                break
            except PortInUse:
                # Between our look and the server's, anybody may take a free port.
                if not self._any_port or chance == CHANCES_FOR_A_FREE_PORT:
                    raise
                self.port = 0
        # Restarted servers must be found where they were.
        self._any_port = False

    def stop(self, mode: StopMode = "fast") -> None:
        """Stop: `smart` waits for clients, `fast` drops them, `immediate` skips the checkpoint."""
        self._end(_STOP_SIGNALS[mode])

    def kill(self) -> None:
        """Kill the server outright. What it had acknowledged is there again after `start`."""
        self._end(signal.SIGKILL)

    def dsn(self, *, user: str = SUPERUSER, dbname: str = "postgres", **options: str) -> str:
        """A libpq connection string over TCP. It holds the password: not for messages."""
        whole = {"host": HOST, "port": str(self.port), "password": self.password, **options}
        return make_conninfo(user=user, dbname=dbname, **whole)

    def _launch(self) -> None:
        if self.port == 0:
            self.port = _free_port()
        elif not _is_free(self.port):
            raise PortInUse(name=self.name, port=self.port)
        self._configure()
        with self.log.open("wb") as log:
            self._process = self._template.run.start(
                self._template.installation.command("postgres", "-D", str(self.data)),
                farewell=signal.SIGQUIT,
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                **self._template.installation.account.options(),
            )
        self._wait_until_ready()

    def _configure(self) -> None:
        settings = {**self._settings, "port": str(self.port)}
        # A short TMPDIR is the rule; under a long one the socket can't be had, and TCP suffices.
        socket_fits = len(os.fsencode(self.home)) + len("/.s.PGSQL.65535") < LONGEST_SOCKET_PATH
        settings["unix_socket_directories"] = str(self.home) if socket_fits else ""
        if self._template.installation.major >= 16:
            # The password is random and 128 bits long: thousands of rounds of hashing would make
            # nothing safer, and every reconnection slower.
            settings.setdefault("scram_iterations", "1")
        lines = [f"{name} = '{value}'\n" for name, value in settings.items()]
        path = self.data / "postgresql.auto.conf"
        path.write_text("".join(lines))
        self._template.hand_over(path)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if not self.running:
                if "Address already in use" in self._last_words():
                    raise PortInUse(name=self.name, port=self.port)
                raise self._failed("ended while starting")
            if self._status() == "ready":
                return
            time.sleep(POLL_SECONDS)
        self.kill()
        raise self._failed(f"was not ready after {READY_SECONDS:.0f} s")

    def _status(self) -> str:
        """What the server says of itself at the end of its pid file, where pg_ctl looks too."""
        with contextlib.suppress(FileNotFoundError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            ours = self._process is not None and lines[:1] == [str(self._process.pid)]
            return lines[7].strip() if ours and len(lines) > 7 else ""
        return ""

    def _end(self, number: signal.Signals) -> None:
        process = self._process
        if process is None:
            return
        process.send_signal(number)
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise self._failed(f"did not stop in {STOP_SECONDS:.0f} s and was killed") from None
        finally:
            self._process = None

    def _failed(self, what: str) -> ServerFailed:
        return ServerFailed(f"the {self.name} server {what}; its last words:\n{self._last_words()}")

    def _last_words(self) -> str:
        with contextlib.suppress(FileNotFoundError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-LAST_WORDS_LINES:])
        return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the server binds: connections of an earlier run in TIME_WAIT are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True
