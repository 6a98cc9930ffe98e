"""The servers: who they run as, what they keep, and what they say when they can't."""

from __future__ import annotations

import os
import shutil
import socket
from dataclasses import replace
from typing import TYPE_CHECKING

import psutil
import psycopg
import pytest

from rehearsal.servers.errors import BinariesNotFound, PortInUse, ServerFailed, UnreachableDirectory
from rehearsal.servers.installation import UNPRIVILEGED_UID, Account, Installation, choose_account
from rehearsal.servers.postgres import PostgresServer, ServerTemplate
from rehearsal.servers.run_directory import RunDirectory

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.postgres
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has somebody to become")


def test_a_server_keeps_its_promises(template: ServerTemplate) -> None:
    server = PostgresServer(template, name="promises", settings={"work_mem": "8MB"})
    server.start()
    with psycopg.connect(server.dsn()) as connection:
        shown = connection.execute(
            "select name, setting from pg_settings where name = any (%s)",
            [["fsync", "wal_level", "synchronous_commit", "listen_addresses", "work_mem"]],
        ).fetchall()
    assert dict(shown) == {
        "fsync": "on",
        "wal_level": "logical",
        "synchronous_commit": "on",
        "listen_addresses": "127.0.0.1",
        "work_mem": "8192",
    }
    server.stop()
    assert not server.running


def test_a_killed_server_comes_back_on_its_port_with_what_it_had_acknowledged(
    template: ServerTemplate,
) -> None:
    server = PostgresServer(template, name="killed")
    server.start()
    port = server.port
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute("create table kept (id int)")
        connection.execute("insert into kept values (7)")
        server.kill()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")
    server.start()
    assert server.port == port
    with psycopg.connect(server.dsn()) as connection:
        assert connection.execute("select id from kept").fetchall() == [(7,)]
    server.stop("immediate")


def test_a_port_in_use_is_named(template: ServerTemplate) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = PostgresServer(template, name="latecomer", port=port)
        with pytest.raises(PortInUse, match=f"port {port} .* latecomer server"):
            server.start()
    assert not server.running


def test_a_server_that_cannot_start_says_why(template: ServerTemplate) -> None:
    server = PostgresServer(template, name="misled", settings={"no_such_setting": "1"})
    with pytest.raises(ServerFailed, match="no_such_setting"):
        server.start()


def test_nobody_gets_in_without_the_password(
    pair: tuple[PostgresServer, PostgresServer],
) -> None:
    source, _ = pair
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(source.dsn(password="guessed"))
    assert source.password not in repr(source)


def test_the_password_is_in_no_representation(template: ServerTemplate) -> None:
    assert template.password not in repr(template)


@needs_root
@pytest.mark.parametrize(
    "way",
    [
        pytest.param(
            "namespace",
            marks=pytest.mark.skipif(
                os.geteuid() == 0 and not choose_account().prefix,
                reason="user namespaces are not allowed on this machine: there is only the other way",
            ),
        ),
        "nobody",
    ],
)
def test_root_runs_the_server_as_somebody_else(way: str) -> None:
    accounts = {
        "namespace": Account(prefix=("unshare", "--user", "--map-user=65534", "--map-group=65534")),
        "nobody": Account(uid=UNPRIVILEGED_UID),
    }
    with RunDirectory() as run:
        installation = Installation.find(account=accounts[way])
        server = PostgresServer(ServerTemplate.create(run, installation), name="dropped")
        server.start()
        with psycopg.connect(server.dsn()) as connection:
            row = connection.execute("select pg_postmaster_start_time() is not null").fetchone()
            assert row == (True,)
        pid = int((server.data / "postmaster.pid").read_text().splitlines()[0])
        # In a namespace it is somebody else inside only; outside its files stay root's.
        assert psutil.Process(pid).uids().effective == (0 if way == "namespace" else 65534)
        assert server.data.stat().st_uid == (0 if way == "namespace" else 65534)


@needs_root
def test_programs_out_of_the_account_s_reach_are_copied(run: RunDirectory, tmp_path: Path) -> None:
    found = Installation.find(account=Account(uid=UNPRIVILEGED_UID))
    private = tmp_path / "private"
    shutil.copytree(found.binaries.parent, private / "pginstall", symlinks=True)
    private.chmod(0o700)
    hidden = replace(found, binaries=private / "pginstall" / "bin")
    run.path.chmod(0o711)
    reachable = hidden.reachable_from(run.path)
    assert reachable.binaries.is_relative_to(run.path)
    reachable.run("postgres", "--version", cwd=run.path)


def test_a_directory_without_programs_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGREHEARSE_BIN", str(tmp_path))
    with pytest.raises(BinariesNotFound, match=str(tmp_path)):
        Installation.find()


def test_a_directory_that_the_servers_user_may_not_enter_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    somebody_else = Account(uid=os.getuid() + 1)
    with pytest.raises(UnreachableDirectory, match="TMPDIR") as refused:
        somebody_else.require_reachable(closed)
    assert refused.value.path == closed
    closed.chmod(0o711)
    Account().require_reachable(closed)
