"""What is done at a point: each act is one function of the switch, and the answer that the controller is given.

Every act says exactly what stands in for what: a full disk is an error 53100 that the apply worker meets on every row.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

import psutil
import psycopg

from cutover.observations import Word
from rehearsal.faults.arena import ArenaFailed
from rehearsal.faults.functions import Controller, Functions, wait_for
from rehearsal.faults.instructions import GO, Instruction, Point
from rehearsal.faults.pair import SIDES
from rehearsal.faults.switch import Switch
from rehearsal.faults.world import (
    INSYNC_PATIENCE_SECONDS,
    READ_RECORD,
    SUBSCRIPTIONS,
    FileRouter,
    pending,
    utc_now,
)
from rehearsal.servers.postgres import PostgresServer
from rehearsal.workload.configuration import Side
from rehearsal.workload.database import OWNER

DOWN_SECONDS: Final = (0.3, 1.0)
FROZEN_SECONDS: Final = (0.3, 1.5)
CUT_SECONDS: Final = (0.2, 1.2)
LONG_CUT_SECONDS: Final = 3.5
"""Longer than the switch's deadline."""
DELAY_SECONDS: Final = 0.03
ZOMBIE_SECONDS: Final = 1.0
WORKER_SECONDS: Final = 3.0
"""A worker that was ended is started again within half a second."""
BESIDE_SECONDS: Final = 0.05
"""After which a statement waits for somebody."""
PENDING_SECONDS: Final = 0.6 * INSYNC_PATIENCE_SECONDS
PENDING_TOO_LONG_SECONDS: Final = 7 * INSYNC_PATIENCE_SECONDS
"""Longer than the first look and its five retries."""
WAL_TO_WRITE_MEGABYTES: Final = 48
"""Three segments: more than the 1 MB that a slot is then allowed to keep."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Where an act happens."""

    switch: Switch
    point: Point
    functions: Functions
    process: Controller | None


Act = Callable[[Scene], Instruction]


def kill_controller(scene: Scene) -> Instruction:
    """kill -9 of the process that runs the function."""
    if scene.process is None:
        raise ArenaFailed(
            f"{scene.point} is before any process has it: nobody is there to be killed"
        )
    scene.process.kill()
    return GO


def _kill_server(side: Side) -> Act:
    def act(scene: Scene) -> Instruction:
        server = scene.switch.pair.server(side)
        server.kill()
        scene.switch.asides.later(scene.switch.random.uniform(*DOWN_SECONDS), server.start)
        return GO

    return act


def _keep_down(which: str) -> Act:
    """The server of that end of the move; it is started again once the execution has ended."""

    def act(scene: Scene) -> Instruction:
        move = scene.switch.move
        scene.switch.pair.server(move.origin if which == "origin" else move.destination).kill()
        return GO

    return act


def _freeze_server(side: Side) -> Act:
    def act(scene: Scene) -> Instruction:
        frozen = list(_server_processes(scene.switch.pair.server(side)))
        frozen[0].send_signal(signal.SIGSTOP)
        for process in frozen[1:]:
            _signal(process, signal.SIGSTOP)

        def thaw() -> None:
            for process in frozen:
                _signal(process, signal.SIGCONT)

        scene.switch.asides.later(scene.switch.random.uniform(*FROZEN_SECONDS), thaw)
        return GO

    return act


def kill_apply_worker(scene: Scene) -> Instruction:
    """pg_terminate_backend of the subscription's worker; the launcher starts another."""
    switch = scene.switch
    for pid in _workers(switch):
        ended = switch.pair.on(switch.move.destination, f"select pg_terminate_backend({pid})")
        if ended != [(True,)]:
            raise ArenaFailed(f"worker {pid} was gone before it could be ended")
    return GO


def freeze_apply_worker(scene: Scene) -> Instruction:
    """SIGSTOP of the subscription's worker."""
    for pid in _workers(scene.switch):
        _freeze(scene.switch, pid)
    return GO


def freeze_reader(scene: Scene) -> Instruction:
    """SIGSTOP of a reader's session on the source, in the middle of a transaction that has read every table."""
    reader = psycopg.connect(scene.switch.pair.dsn("source", user=OWNER))
    reader.execute("select count(*) from ledger, lateral (select 1 from accounts limit 1) a")
    _freeze(scene.switch, reader.info.backend_pid)
    scene.switch.asides.later(2.0, reader.close)
    return GO


def kill_readers(scene: Scene) -> Instruction:
    """pg_terminate_backend of every reader's session, on both sides; a reader in a transaction that has read every
    table loses its connection without a word."""
    switch = scene.switch
    reader = psycopg.connect(switch.pair.dsn(switch.move.origin, user=OWNER))
    reader.execute("select count(*) from ledger, lateral (select 1 from accounts limit 1) a")
    # As the kernel does for a process that was killed: the server hears of it when it next reads.
    with socket.socket(fileno=os.dup(reader.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
    reader.close()
    ended = [switch.pair.on(side, _END_READERS)[0][0] for side in SIDES]
    if not any(ended):
        raise ArenaFailed("no reader had a session")
    return GO


def disable_subscription(scene: Scene) -> Instruction:
    """The stream stops and does not come back: no token ever arrives."""
    _alter(scene.switch, "disable")
    return GO


def slow_stream(scene: Scene) -> Instruction:
    """The worker is stopped for half a second: the token is late, and within the deadline."""
    for pid in _workers(scene.switch):
        _freeze(scene.switch, pid, seconds=0.5)
    return GO


def drop_slot(scene: Scene) -> Instruction:
    """Somebody drops the replication slot."""
    switch = scene.switch
    slot = switch.pair.slots[switch.move.carrier]
    _alter(switch, "disable")
    with contextlib.suppress(psycopg.Error):
        switch.pair.on(switch.move.origin, _END_SENDER.format(slot=slot))
    if not _until(switch, f"select pg_drop_replication_slot('{slot}')"):
        raise ArenaFailed(f"{slot} is still read: it could not be dropped")
    _alter(switch, "enable")
    return GO


def invalidate_slot(scene: Scene) -> Instruction:
    """max_slot_wal_keep_size is 1 MB for a moment, in which more is written than that: wal_status is `lost`."""
    pair = scene.switch.pair
    pair.on("target", "alter subscription forward disable")
    pair.on("source", "alter system set max_slot_wal_keep_size = '1MB'")
    pair.on("source", "select pg_reload_conf()")
    pair.on(
        "source",
        "select count(pg_logical_emit_message(false, 'arena', repeat('x', 1000000)))"
        f" from generate_series(1, {WAL_TO_WRITE_MEGABYTES})",
    )
    pair.on("source", "select pg_switch_wal()")
    pair.on("source", "checkpoint")
    lost = f"select 1 from pg_replication_slots where slot_name = '{pair.slot}' and wal_status = 'lost'"
    if not wait_for(lambda: bool(pair.on("source", lost)), seconds=WORKER_SECONDS):
        raise ArenaFailed(f"{pair.slot} has kept its log")
    pair.on("source", "alter system reset max_slot_wal_keep_size")
    pair.on("source", "select pg_reload_conf()")
    pair.on("target", "alter subscription forward enable")
    return GO


def fill_target_disk(scene: Scene) -> Instruction:
    """Every row that the worker brings to the ledger or as a token meets 53100 (disk_full), raised by a trigger."""
    for table in ("public.ledger", "cutover.token"):
        scene.switch.pair.on("target", _DISK_FULL.format(table=table))
    return GO


def _link(side: Side, state: str, *, seconds: float | None = None, delay: float = 0.0) -> Act:
    def act(scene: Scene) -> Instruction:
        link = scene.switch.pair.links[side]
        link.set(state, delay_seconds=delay)  # type: ignore[arg-type]
        lasts = seconds if seconds is not None else scene.switch.random.uniform(*CUT_SECONDS)
        scene.switch.asides.later(lasts, lambda: link.set("whole"))
        return GO

    return act


def _cut_both(scene: Scene) -> Instruction:
    for link in scene.switch.pair.links.values():
        link.set("cut")
        scene.switch.asides.later(1.0, partial(link.set, "whole"))
    return GO


def _beside(side: Side, statement: str, *, user: str = OWNER) -> Act:
    """One statement in a session of its own, given 4 s: behind a barrier it waits as any other does.

    What becomes of it is noted: `ran`, `was refused: 25006`, either of them `after waiting`.
    """

    def act(scene: Scene) -> Instruction:
        switch = scene.switch
        connection = psycopg.connect(switch.pair.dsn(side, user=user), autocommit=True)
        waited = threading.Event()

        def run() -> None:
            with connection:
                connection.execute("set lock_timeout = '4s'")
                try:
                    connection.execute(statement.encode())
                    outcome = "ran"
                except (
                    psycopg.Error
                ) as error:  # on either side of the line: a refusal is what may be expected
                    outcome = f"was refused: {error.sqlstate or 'connection lost'}"
            switch.beside.append(f"{outcome} after waiting" if waited.is_set() else outcome)

        thread = switch.asides.start("the statement beside the switch", run)
        thread.join(BESIDE_SECONDS)
        if thread.is_alive():
            waited.set()
        return GO

    return act


def _now(side: Side, statement: str) -> Act:
    def act(scene: Scene) -> Instruction:
        scene.switch.pair.on(side, statement)
        return GO

    return act


def prepare_transaction(scene: Scene) -> Instruction:
    """A transaction that has written is prepared and left: it holds its locks without a session."""
    dsn = scene.switch.pair.dsn("source", user=OWNER)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("begin")
        connection.execute("insert into audit_notes (author, note) values ('prepared', '')")
        connection.execute(f"prepare transaction '{scene.switch.name}'".encode())
    return GO


def sequence_behind(scene: Scene) -> Instruction:
    """Somebody sets the target's sequences back to their start after the first, rough move."""
    for name in ("ledger_id_seq", "event_numbers", "invoice_numbers"):
        scene.switch.pair.on("target", f"select setval('{name}', 1000, false)")
    return GO


def storm(scene: Scene) -> Instruction:
    """20,000 rows in one transaction of another table, committed just now."""
    scene.switch.pair.on(
        "source",
        "insert into audit_notes (author, note) select 'storm', repeat('x', 200) from generate_series(1, 20000)",
        user=OWNER,
    )
    return GO


def _raise(error: str) -> Act:
    return lambda _scene: Instruction(kind="raise", error=error)


def still_pending(_scene: Scene) -> Instruction:
    """Route 53 says PENDING once more, and INSYNC the next time."""
    return Instruction(kind="return", value=False)


def _pending(seconds: float) -> Act:
    """Route 53 says PENDING for so long, of every change."""

    def act(scene: Scene) -> Instruction:
        mark = pending(scene.switch.records)
        mark.touch()
        scene.switch.asides.later(seconds, mark.unlink)
        return GO

    return act


def half_of_the_records(_scene: Scene) -> Instruction:
    """The first of two records is changed, the second is not, and the caller is told of a failure."""
    return Instruction(kind="half", error="ServiceUnavailable")


def zombie(_scene: Scene) -> Instruction:
    """The machine is told that the function ran out of time; the process goes on a second later."""
    return Instruction(kind="abandon", seconds=ZOMBIE_SECONDS)


def throttle(_scene: Scene) -> Instruction:
    """Lambda answers 429."""
    return Instruction(kind="throttle")


def hang(_scene: Scene) -> Instruction:
    """The process sleeps for a while and goes on: a stall of the controller itself."""
    return Instruction(kind="hang", seconds=0.6)


def hang_past_the_deadline(scene: Scene) -> Instruction:
    """The process sleeps longer than the switch may last."""
    return Instruction(kind="hang", seconds=scene.switch.plan.switch_deadline_seconds + 0.7)


def duplicate(scene: Scene) -> Instruction:
    """The same invocation runs once more, at the same time."""
    event = scene.functions.calls[-1].event
    scene.functions.beside(scene.point.step.function, event)
    return Instruction(kind="hang", seconds=scene.switch.random.uniform(0.0, 0.1))


def second_start(scene: Scene) -> Instruction:
    """Another execution is started and runs to its end meanwhile."""
    scene.switch.asides.start("the second start", scene.switch.executions.start_second).join(20)
    return GO


def stop_execution(scene: Scene) -> Instruction:
    """StopExecution: no Catch runs; the rule on ended executions puts back."""
    scene.switch.executions.stop()
    return GO


def stop_every_execution(scene: Scene) -> Instruction:
    """StopExecution of whatever runs, a recovery too, and the function dies with it."""
    scene.switch.executions.stop_every()
    return kill_controller(scene)


def cut_off(scene: Scene) -> Instruction:
    """StopExecution, and the function dies with it: nothing of this execution goes on."""
    scene.switch.executions.stop()
    return kill_controller(scene)


def _switch_again(place: int) -> Act:
    """The event of a switch that was made is delivered once more: 0 the first, -1 the last."""

    def act(scene: Scene) -> Instruction:
        made = [call for call in scene.functions.calls if call.function == "switch_writer"]
        again = scene.functions.beside("switch_writer", made[place].event)
        again.join(0.2)
        return GO

    return act


def _say(word: Word) -> Act:
    def act(scene: Scene) -> Instruction:
        scene.switch.person.say(word)
        return GO

    return act


def pause_for_a_while(scene: Scene) -> Instruction:
    """The operator pauses, and takes it back a second later."""
    scene.switch.person.say(Word.PAUSE)
    scene.switch.asides.later(1.0, lambda: scene.switch.person.say(Word.NONE))
    return GO


def _facts(**changes: object) -> Act:
    def act(scene: Scene) -> Instruction:
        scene.switch.set_facts(**changes)
        return GO

    return act


def move_record_by_hand(scene: Scene) -> Instruction:
    """Somebody sets the read record past the machine."""
    FileRouter(scene.switch.records).set_target_shares({READ_RECORD: 35}, now=utc_now())
    return GO


def _nothing(_scene: Scene) -> Instruction:
    return GO


ALARM: Final = {"replication-lag": "ALARM", "cpu": "OK", "connections": "OK"}
NO_DATA: Final = {"replication-lag": "INSUFFICIENT_DATA", "cpu": "OK", "connections": "OK"}

ACTS: Final[dict[str, Act]] = {
    "nothing": _nothing,
    "kill controller": kill_controller,
    "kill source": _kill_server("source"),
    "kill target": _kill_server("target"),
    "origin stays down": _keep_down("origin"),
    "destination stays down": _keep_down("destination"),
    "freeze source": _freeze_server("source"),
    "freeze target": _freeze_server("target"),
    "kill apply worker": kill_apply_worker,
    "freeze apply worker": freeze_apply_worker,
    "freeze reader": freeze_reader,
    "kill readers": kill_readers,
    "disable subscription": disable_subscription,
    "slow stream": slow_stream,
    "drop slot": drop_slot,
    "invalidate slot": invalidate_slot,
    "fill target disk": fill_target_disk,
    "cut source": _link("source", "cut"),
    "cut target": _link("target", "cut"),
    "cut both": _cut_both,
    "cut source for long": _link("source", "cut", seconds=LONG_CUT_SECONDS),
    "cut target for long": _link("target", "cut", seconds=LONG_CUT_SECONDS),
    "freeze link to source": _link("source", "frozen", seconds=LONG_CUT_SECONDS),
    "freeze link to target": _link("target", "frozen", seconds=LONG_CUT_SECONDS),
    "delay source": _link("source", "slow", seconds=2.0, delay=DELAY_SECONDS),
    "delay target": _link("target", "slow", seconds=2.0, delay=DELAY_SECONDS),
    "lose answers of source": _link("source", "half-closed", seconds=LONG_CUT_SECONDS),
    "lose answers of target": _link("target", "half-closed", seconds=LONG_CUT_SECONDS),
    "add column": _beside("source", "alter table ledger add column remark text"),
    "create index": _beside("source", "create index newcomer on ledger (credit_account)"),
    "new table": _beside("source", "create table newcomer (id bigint primary key)"),
    "rewrite table": _beside(
        "source", "alter table audit_notes alter column note type varchar(500)"
    ),
    "prepared transaction": prepare_transaction,
    # Drawn from first: one that never was starts at the same number on both sides and needs no margin.
    "exhaust sequence": _now(
        "source", "select nextval('invoice_numbers'); alter sequence invoice_numbers maxvalue 1500"
    ),
    "sequence behind": sequence_behind,
    "storm": storm,
    "router unavailable": _raise("ServiceUnavailable"),
    "records not in sync": _raise("RecordsNotInSync"),
    "still pending": still_pending,
    "pending for long": _pending(PENDING_SECONDS),
    "pending for too long": _pending(PENDING_TOO_LONG_SECONDS),
    "half of the records": half_of_the_records,
    "journal unavailable": _raise("ServiceUnavailable"),
    "zombie": zombie,
    "throttle": throttle,
    "hang": hang,
    "hang past the deadline": hang_past_the_deadline,
    "duplicate": duplicate,
    "second start": second_start,
    "stop execution": stop_execution,
    "stop every execution": stop_every_execution,
    "cut off": cut_off,
    "late switch": _switch_again(-1),
    "first switch": _switch_again(0),
    "abort": _say(Word.ABORT),
    "pause": pause_for_a_while,
    "alarm": _facts(alarms=ALARM),
    "alarm without data": _facts(alarms=NO_DATA),
    "alarms gone": _facts(alarms={}),
    "missing metrics": _facts(latency_seconds=None),
    "stale metrics": _facts(age_seconds=900.0),
    "latency too high": _facts(latency_seconds=40.0),
    "metrics unavailable": _facts(reachable=False),
    "move record by hand": move_record_by_hand,
}

_WORKER: Final = (
    "select pid from pg_stat_subscription where subname = '{name}' and pid is not null"
    " and relid is null"
)
_END_SENDER: Final = (
    "select pg_terminate_backend(active_pid) from pg_replication_slots"
    " where slot_name = '{slot}' and active"
)
_END_READERS: Final = (
    "select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity"
    " where datname = current_database() and application_name like 'reader %'"
)
_DISK_FULL: Final = """
create or replace function public.disk_full() returns trigger language plpgsql as
'begin raise exception using errcode = ''53100'', message = ''could not extend file: No space left''; end';
create trigger disk_full before insert on {table} for each row execute function public.disk_full();
alter table {table} enable replica trigger disk_full;
"""


def _workers(switch: Switch) -> list[int]:
    """The workers of the stream that carries; one that is being started is waited for. Raises ArenaFailed."""
    name = SUBSCRIPTIONS[switch.move.carrier]
    worker = _WORKER.format(name=name)
    found: list[int] = []

    def seen() -> bool:
        found[:] = [pid for (pid,) in switch.pair.on(switch.move.destination, worker)]
        return bool(found)

    if not wait_for(seen, seconds=WORKER_SECONDS):
        raise ArenaFailed(f"nobody applies {name}: there is no worker")
    return found


def _alter(switch: Switch, change: str) -> None:
    name = SUBSCRIPTIONS[switch.move.carrier]
    switch.pair.on(switch.move.destination, f"alter subscription {name} {change}")


def _server_processes(server: PostgresServer) -> Iterator[psutil.Process]:
    """The server and all that it has forked."""
    pid = int((server.data / "postmaster.pid").read_text().splitlines()[0])
    parent = psutil.Process(pid)
    yield parent
    yield from parent.children(recursive=True)


def _signal(process: psutil.Process, number: int) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(number)


def _freeze(switch: Switch, pid: int, *, seconds: float | None = None) -> None:
    process = psutil.Process(pid)
    process.send_signal(signal.SIGSTOP)
    lasts = seconds if seconds is not None else switch.random.uniform(*FROZEN_SECONDS)
    switch.asides.later(lasts, lambda: _signal(process, signal.SIGCONT))


def _until(switch: Switch, statement: str) -> bool:
    for _ in range(50):
        try:
            switch.pair.on(switch.move.origin, statement)
        except psycopg.errors.ObjectInUse:  # the worker's sender needs a moment to go
            threading.Event().wait(0.05)
        else:
            return True
    return False
