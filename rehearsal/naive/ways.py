"""The ways themselves, each after what is published; what they leave out is said where it is left out.

None of it is anybody's code: the statements and their order are, and the waits. All of it is done by an operator who
means well, with the same clients on the same servers as this project's own switch.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import psycopg

from rehearsal.faults.arena import TTL_SECONDS
from rehearsal.faults.clients import Habit
from rehearsal.naive.hands import Hands
from rehearsal.workload.database import OWNER

EASY_USER: Final = "easy"
"""The user in SOURCE_DB_URL, who has to be a superuser; here the clients' user too, which is its best case."""
EASY_LAG_BYTES: Final = 200_000
EASY_POLL_SECONDS: Final = 0.2
AUTOBASE_LAG_BYTES: Final = 16_777_216
AUTOBASE_RETRIES: Final = 10
AUTOBASE_DELAY_SECONDS: Final = 1.0
AUTOBASE_SEQUENCES: Final = 1_000_000
OPERATOR_POLL_SECONDS: Final = 0.01
CACHE_MARGIN_SECONDS: Final = 0.05
STAGE_SECONDS: Final = 0.8
SEQUENCE_DISTANCE: Final = 10_000_000

_TABLES_NOT_READY: Final = (
    "select count(*) from pg_subscription s join pg_subscription_rel r on r.srsubid = s.oid"
    " where s.subname = 'forward' and r.srsubstate <> 'r'"
)


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to switch."""

    name: str
    follows: str
    """What of whom, with version and file; for the page."""
    act: Callable[[Hands], None]
    application: str = OWNER
    ordinary: Habit = "plain"


def weights_on_the_written_name(hands: Hands) -> None:
    """20/50/80/100 on the name that is written to, while changes flow one way; sequences set apart beforehand."""
    hands.copy_sequences(add=SEQUENCE_DISTANCE)
    for share in (20, 50, 80):
        hands.flip(share)
        time.sleep(STAGE_SECONDS)
        hands.point("fenced")
    hands.flip()
    time.sleep(STAGE_SECONDS)


def read_only_by_database(hands: Hands) -> None:
    """ALTER DATABASE, every session ended, then the position after that waited for, then sequences and the name."""
    hands.run(
        "source",
        f"alter database {hands.ground.database} set default_transaction_read_only = on",
    )
    _end_clients(hands)
    _drain_and_flip(hands)


def role_locked_out(hands: Hands) -> None:
    """ALTER ROLE NOLOGIN, the role's sessions ended, then as above."""
    hands.run("source", f"alter role {OWNER} nologin")
    hands.end_sessions(f"usename = '{OWNER}'")
    _drain_and_flip(hands)


def _end_clients(hands: Hands) -> None:
    hands.end_sessions(f"datname = '{hands.ground.database}' and backend_type = 'client backend'")


def _drain_and_flip(hands: Hands) -> None:
    hands.fenced()
    position = hands.one("source", "select pg_current_wal_lsn()")
    hands.until(lambda: hands.replayed(position), poll=OPERATOR_POLL_SECONDS)
    hands.copy_sequences()
    hands.drop_subscription()
    hands.flip()


def pg_easy_replicate(hands: Hands) -> None:
    """`switchover --skip-vacuum-analyze`: wait, restrict one user, wait again, sequences, drop."""
    _easy_watch_lag(hands, EASY_LAG_BYTES)
    try:
        hands.run("source", f"alter user {EASY_USER} set default_transaction_read_only = true")
        hands.end_sessions(f"usename = '{EASY_USER}'")
        hands.fenced()
        _easy_watch_lag(hands, 0)
        _easy_refresh_sequences(hands)
        hands.drop_subscription()
    except psycopg.Error:
        # Its rescue: the connections are given back, and the switchover has failed.
        hands.run("source", f"alter user {EASY_USER} set default_transaction_read_only = false")
        raise
    hands.flip()


def _easy_watch_lag(hands: Hands, lag: int) -> None:
    def caught_up() -> bool:
        if hands.one("target", _TABLES_NOT_READY):
            return False
        rows = hands.run(
            "source",
            "select pg_wal_lsn_diff(sent_lsn, write_lsn), pg_wal_lsn_diff(sent_lsn, flush_lsn),"
            " pg_wal_lsn_diff(sent_lsn, replay_lsn) from pg_stat_replication"
            f" where application_name in ('forward', '{hands.ground.slot}')",
        )
        return bool(rows) and all(value is not None and value <= lag for value in rows[0])

    hands.until(caught_up, poll=EASY_POLL_SECONDS)


def _easy_refresh_sequences(hands: Hands) -> None:
    """setval to the largest value in the column that owns it; a sequence that no column owns is left as it is."""
    for sequence, table, column in hands.run(
        "target",
        "select format('%I.%I', n.nspname, s.relname), format('%I.%I', n.nspname, t.relname), quote_ident(a.attname)"
        " from pg_class s join pg_depend d on d.objid = s.oid join pg_class t on t.oid = d.refobjid"
        " join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid"
        " join pg_namespace n on n.oid = t.relnamespace"
        " where s.relkind = 'S' and n.nspname = 'public' and t.relkind in ('r', 'p')",
    ):
        hands.run("target", f"select setval('{sequence}', coalesce(max({column}), 1)) from {table}")


def autobase(hands: Hands) -> None:
    """The playbook pg_logical_switchover with its defaults; PgBouncer's restart is the name and the end of sessions."""
    hands.copy_sequences(add=AUTOBASE_SEQUENCES)
    if not _autobase_lag_at_most(hands, AUTOBASE_LAG_BYTES):
        raise RuntimeError("the lag was over 16 MB: nothing was done")
    hands.run("source", "alter system set default_transaction_read_only = 'on'")
    hands.run("source", "select pg_reload_conf()")
    try:
        hands.fenced()
        if not _autobase_lag_at_most(hands, 0):
            raise RuntimeError("the lag did not become 0 in 10 tries: read-only was taken back")
        hands.drop_subscription()
        hands.run("target", "create publication back for all tables")
        hands.run(
            "target",
            f"select pg_create_logical_replication_slot('back_{hands.ground.database}', 'pgoutput')",
        )
        hands.flip()
        # PgBouncer keeps no answer: as its restart begins, every client goes to the target.
        time.sleep(TTL_SECONDS + CACHE_MARGIN_SECONDS)
        _end_clients(hands)
    except RuntimeError:
        _autobase_read_write(hands)
        raise
    _autobase_read_write(hands)
    dsn = hands.ground.target.dsn(dbname=hands.ground.database).replace("'", "''")
    hands.run(
        "source",
        f"create subscription back connection '{dsn}' publication back with (copy_data = false,"
        f" create_slot = false, slot_name = back_{hands.ground.database}, origin = none)",
    )


def _autobase_lag_at_most(hands: Hands, limit: int) -> bool:
    for attempt in range(AUTOBASE_RETRIES + 1):
        lag = hands.one(
            "source",
            "select pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn) from pg_replication_slots"
            f" where slot_name = '{hands.ground.slot}'",
        )
        if lag is not None and lag <= limit:
            return True
        if attempt < AUTOBASE_RETRIES:
            time.sleep(AUTOBASE_DELAY_SECONDS)
    return False


def _autobase_read_write(hands: Hands) -> None:
    hands.run("source", "alter system reset default_transaction_read_only")
    hands.run("source", "select pg_reload_conf()")


WAYS: Final = (
    Way(
        name="weights on the written name",
        follows="the plan of 20/50/80/100 on one record with one-way change data capture, as DMS examples with "
        "weighted Route 53 records have it; sequences are set far apart beforehand, which prevents the "
        "errors and keeps the damage. The same as the rehearsal's scenario `naive-weighted-writes`.",
        act=weights_on_the_written_name,
        ordinary="spread",
    ),
    Way(
        name="read-only by database",
        follows="`ALTER DATABASE ... SET default_transaction_read_only = on`, all sessions ended, the WAL "
        "position after that waited for in pg_stat_replication. Checklists for cutovers have it; no "
        "public tool that does it was found, so this is nobody's code and its drain is better than that "
        "of the tools below.",
        act=read_only_by_database,
    ),
    Way(
        name="read-only by role (pg_easy_replicate)",
        follows="pg_easy_replicate 0.4.0 at d725ab2 (2025-10-27), `lib/pg_easy_replicate/orchestrate.rb`, "
        "`switchover` with `skip_vacuum_analyze`. The clients connect as the very user of SOURCE_DB_URL, "
        "its best case. Left out: the 5 s sleeps before the fence, which clients do not notice.",
        act=pg_easy_replicate,
        application=EASY_USER,
    ),
    Way(
        name="read-only by system (autobase)",
        follows="vitabaks/autobase 2.6.0 and 10 commits, d10e6755 (2026-03-10), "
        "`automation/playbooks/pg_logical_switchover.yml` with its defaults (lag 16 MB before, 0 after, "
        "10 tries 1 s apart, sequences + 1,000,000, reverse replication). PgBouncer's restart is the "
        "change of the name and the end of all client sessions.",
        act=autobase,
    ),
    Way(
        name="role locked out",
        follows="`ALTER ROLE ... NOLOGIN` and the end of its sessions, then as read-only by database. No public "
        "tool that does it was found; it is what operators fall back to where triggers can't be made.",
        act=role_locked_out,
    ),
)
