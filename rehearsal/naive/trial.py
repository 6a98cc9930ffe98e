"""One trial of one way under one fault, judged by the same ledger as this project's own switch."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from rehearsal.faults.arena import Arena
from rehearsal.faults.checker import by_sqlstate, failed_transactions
from rehearsal.faults.client_process import Load
from rehearsal.faults.clients import Habit
from rehearsal.faults.instructions import Point
from rehearsal.faults.pair import SIDES
from rehearsal.faults.running import run_case
from rehearsal.faults.scenarios import Case, Scenario, step
from rehearsal.faults.setups import Setup
from rehearsal.faults.switch import Switch
from rehearsal.faults.world import READ_RECORD, WRITE_RECORD, FileRouter, utc_now
from rehearsal.naive.hands import ControllerKilled, Ground, Hands, NeverEnds
from rehearsal.naive.ways import EASY_USER, WAYS, Way
from rehearsal.workload.contents import read_contents
from rehearsal.workload.verdict import Closed, judge_writes, measure_pause

AFTERWARDS_SECONDS: Final = 1.5
OURS: Final = "this project"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What the ways are tried under."""

    name: str
    habits: tuple[Habit, ...] = ()
    hold_seconds: float = 0.0
    killed: bool = False


FAULTS: Final = (
    Fault(name="no fault"),
    Fault(name="override writers", habits=("override", "override")),
    Fault(name="superuser writers", habits=("superuser", "superuser")),
    Fault(name="long transaction", habits=("long", "long"), hold_seconds=2.4),
    Fault(name="old snapshots", habits=("old snapshot", "old snapshot"), hold_seconds=0.5),
    Fault(name="write storm", habits=("storm", "storm", "storm", "storm")),
    Fault(name="controller killed behind the fence", killed=True),
)


def try_way(
    arena: Arena, way: Way, fault: Fault, seed: int, *, load: Load | None = None
) -> dict[str, Any]:
    """Runs it; the line of the record. load: of the ordinary clients, where it is not the way's own."""
    setup = Setup(
        habits=fault.habits,
        hold_seconds=fault.hold_seconds,
        load=load or Load(habit=way.ordinary),
        application=way.application,
        target_open=True,
    )
    _make_easy_user(arena)
    with Switch(arena, seed=seed, setup=setup) as switch:
        hands = Hands(_ground(switch), killed_at="fenced" if fault.killed else "")
        switch.warm_up()
        began = time.time_ns()
        ending = _act(way, hands)
        time.sleep(AFTERWARDS_SECONDS)
        # Where the name points is where the clients go: another side that would accept helps nobody.
        usable = switch.pair.accepts_writes("target" if hands.flipped else "source")
        switch.clients.stop()
        _clean_up(switch)
        line = _line(switch, hands, began, paused=way.ordinary == "plain")
    if not usable:
        ending += ", nobody can write"
    return {"way": way.name, "fault": fault.name, "seed": seed, "ending": ending, **line}


def try_ours(arena: Arena, fault: Fault, seed: int) -> dict[str, Any]:
    """The same fault under this project's switch."""
    point = step("switch_writer/target.has_token") if fault.killed else None
    scenario = Scenario(
        name=fault.name,
        group="other ways",
        what="",
        act="kill controller" if fault.killed else "nothing",
        habits=fault.habits,
        hold_seconds=fault.hold_seconds,
        # The other ways run without, and the pauses are compared.
        probed=False,
    )
    case = Case(scenario=scenario, point=Point(moment="before", step=point) if point else None)
    return run_case(arena, case, seed) | {"way": OURS, "fault": fault.name}


def _ground(switch: Switch) -> Ground:
    def point_names(share: int) -> None:
        FileRouter(switch.records).set_target_shares(
            {READ_RECORD: share, WRITE_RECORD: share}, now=utc_now()
        )

    return Ground(
        source=switch.arena.source,
        target=switch.arena.target,
        database=switch.name,
        slot=switch.pair.slot,
        point_names=point_names,
    )


def _act(way: Way, hands: Hands) -> str:
    try:
        way.act(hands)
    except ControllerKilled:
        return "killed"
    except NeverEnds:
        return "waited in vain"
    except (RuntimeError, psycopg.Error):
        return "failed"
    return "switched"


def _line(switch: Switch, hands: Hands, began: int, *, paused: bool) -> dict[str, Any]:
    records = switch.clients.records()
    source, target = (read_contents(switch.pair.dsn(side)) for side in SIDES)
    survivor, other = (target, source) if hands.flipped else (source, target)
    closed = []
    if hands.fenced_ns is not None and hands.flipped:
        closed.append(Closed(side="source", from_ns=hands.fenced_ns))
    verdict = judge_writes(records.writes, survivor=survivor, other=other, closed=closed)
    ordinary = switch.clients.of_ordinary(records.writes)
    pause = None
    if hands.flipped and paused:
        pause = measure_pause(ordinary, from_side="source", to_side="target")
    errors = [error for error in records.errors if error.time_ns >= began]
    return {
        "acknowledged": verdict.acknowledged,
        "lost": verdict.lost,
        "duplicated": verdict.duplicated,
        "closed_side": verdict.written_to_closed_side,
        "wrong_balances": verdict.wrong_balances,
        "pause_p50_ms": round(pause.client_p50, 1) if pause else None,
        "writers_ms": [round(each, 1) for each in pause.writers.values()] if pause else [],
        "until_names_ms": _until_names(hands),
        "errors": by_sqlstate(errors),
        "failed_transactions": failed_transactions(errors),
    }


def _until_names(hands: Hands) -> float | None:
    """From the way's fence to the change of the names; what is beyond it in a pause is the names' time to live."""
    if hands.fenced_ns is None or hands.flipped_ns is None:
        return None
    return round((hands.flipped_ns - hands.fenced_ns) / 1e6, 1)


def _make_easy_user(arena: Arena) -> None:
    for server in (arena.source, arena.target):
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            exists = connection.execute(
                "select 1 from pg_roles where rolname = %s", [EASY_USER]
            ).fetchone()
            if not exists:
                connection.execute(
                    psycopg.sql.SQL("create role {} superuser login password {}").format(
                        psycopg.sql.Identifier(EASY_USER), psycopg.sql.Literal(server.password)
                    )
                )
            connection.execute(
                f"alter role {EASY_USER} reset default_transaction_read_only".encode()
            )


def _clean_up(switch: Switch) -> None:
    """What a killed or finished way leaves on the servers would meet the next switch."""
    source = switch.pair.server("source")
    with psycopg.connect(
        source.dsn(options="-c default_transaction_read_only=off"), autocommit=True
    ) as connection:
        for statement in (
            "alter system reset default_transaction_read_only",
            "select pg_reload_conf()",
            f"alter database {switch.name} reset default_transaction_read_only",
            "alter role app login",
        ):
            connection.execute(statement.encode())
    time.sleep(0.1)
    for statement in (
        "alter subscription back disable",
        "alter subscription back set (slot_name = none)",
        "drop subscription back",
    ):
        with contextlib.suppress(psycopg.Error):
            switch.pair.on("source", statement)
    for _ in range(20):
        try:
            switch.pair.on("target", f"select pg_drop_replication_slot('back_{switch.name}')")
        except psycopg.errors.ObjectInUse:
            time.sleep(0.05)
        except psycopg.Error:
            return


__all__ = ["FAULTS", "OURS", "WAYS", "Fault", "try_ours", "try_way"]
