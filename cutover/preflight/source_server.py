"""The source's server: its version and settings."""

from __future__ import annotations

from typing import Final

from cutover.preflight import documentation as doc
from cutover.preflight import sql
from cutover.preflight.check import (
    Check,
    Finding,
    Rows,
    Side,
    Verdict,
    failed,
    none_of,
    only,
    passed,
    warned,
)
from cutover.preflight.questions import source
from cutover.preflight.told import Told

OLDEST, NEWEST = 13, 18
"""The versions that the gate is proven on (docs/gate.md)."""

CONNECTION: Final = (
    "select current_user::text as role, current_database()::text as database, version() as version"
)


def connection(_told: Told, rows: Rows) -> Finding:
    row = only(rows)
    version = " ".join(row["version"].split()[:2])
    return passed(f"{version}, database {row['database']}, asked as {row['role']}")


def version(_told: Told, rows: Rows) -> Finding:
    number = only(rows)["number"]
    major = number // 10_000
    if major < OLDEST:
        return failed(f"PostgreSQL {major}")
    if major > NEWEST:
        return warned(f"PostgreSQL {major}, which the gate is not proven on")
    return passed(f"PostgreSQL {major}")


def primary(_told: Told, rows: Rows) -> Finding:
    if only(rows)["standby"]:
        return failed("the server is in recovery: a standby takes no write and no gate")
    return passed("a primary")


def wal_level(_told: Told, rows: Rows) -> Finding:
    level = only(rows)["level"]
    if level != "logical":
        return failed(
            f"wal_level is {level}", sql.set_in_configuration("wal_level", "logical", restart=True)
        )
    return passed("wal_level is logical")


def room(used: int, most: int, need: int, name: str, what: str) -> Finding:
    """Of a server-wide limit that needs a restart to be raised."""
    fact = f"{most - used} of {most} {what} free"
    if most <= 1 or most - used < need:
        return failed(fact, sql.set_in_configuration(name, str(used + need + 8), restart=True))
    return passed(fact)


def replication_slots(told: Told, rows: Rows) -> Finding:
    row = only(rows)
    return room(
        row["used"], row["most"], told.limits.free_slots, "max_replication_slots", "slots are"
    )


def wal_senders(told: Told, rows: Rows) -> Finding:
    row = only(rows)
    return room(
        row["used"], row["most"], told.limits.free_slots, "max_wal_senders", "WAL senders are"
    )


def wal_sender_timeout(told: Told, rows: Rows) -> Finding:
    value, limits = only(rows)["milliseconds"], told.limits
    fact = f"wal_sender_timeout is {value} ms"
    fix = sql.set_in_configuration("wal_sender_timeout", "60s")
    if 0 < value < limits.least_sender_timeout_milliseconds:
        return failed(fact, fix)
    if value > limits.most_sender_timeout_milliseconds:
        return warned(fact, fix)
    return passed(fact)


def slot_wal_limit(_told: Told, rows: Rows) -> Finding:
    megabytes = only(rows)["megabytes"]
    if megabytes == -1:
        return passed(
            "max_slot_wal_keep_size is -1: a slot keeps what it needs, and may fill the disk"
        )
    return warned(
        f"max_slot_wal_keep_size is {megabytes} MB: a task that is further behind than that has lost its slot, and the "
        "load begins anew",
        sql.set_in_configuration("max_slot_wal_keep_size", "-1"),
    )


def idle_slot_timeout(_told: Told, rows: Rows) -> Finding:
    value = only(rows)["value"]
    if value is None:
        return passed("does not apply: PostgreSQL has idle_replication_slot_timeout since 18")
    if value in ("0", "0s"):
        return passed("idle_replication_slot_timeout is 0")
    return warned(
        f"idle_replication_slot_timeout is {value}: the slot of a task that is paused for longer is lost",
        sql.set_in_configuration("idle_replication_slot_timeout", "0"),
    )


def decoding_memory(told: Told, rows: Rows) -> Finding:
    kilobytes, least = only(rows)["kilobytes"], told.limits.decoding_memory_kilobytes
    fact = f"logical_decoding_work_mem is {kilobytes} kB"
    if kilobytes < least:
        return warned(
            f"{fact}: larger transactions are decoded by way of the disk",
            sql.set_in_configuration("logical_decoding_work_mem", f"{least}kB"),
        )
    return passed(fact)


def test_decoding(_told: Told, rows: Rows) -> Finding:
    row = only(rows)
    if row["present"]:
        return passed(f"{row['file']} is there")
    return failed(f"{row['file']} is not there")


def encoding(_told: Told, rows: Rows) -> Finding:
    name = only(rows)["encoding"]
    if name == "SQL_ASCII":
        return failed("the encoding is SQL_ASCII: nobody knows in which encoding its texts are")
    return passed(f"the encoding is {name}")


def collation_version(told: Told, rows: Rows) -> Finding:
    if rows and "note" in rows[0]:
        return passed(rows[0]["note"])
    found = none_of(
        "database has|databases have indexes of another version of its collation", Verdict.WARN
    )
    return found(told, rows)


def tls(told: Told, rows: Rows) -> Finding:
    assert told.settings is not None
    mode, on = told.settings.ssl_mode, only(rows)["ssl"] == "on"
    if mode != "none" and not on:
        return failed(
            f"source.ssl_mode is {mode}, and the server's ssl is off",
            sql.set_in_configuration("ssl", "on"),
        )
    return passed(f"source.ssl_mode is {mode}, the server's ssl {'on' if on else 'off'}")


def access_rules(_told: Told, rows: Rows) -> Finding:
    row = only(rows)
    if row["broken"]:
        return warned(
            f"{row['broken']} lines of pg_hba.conf can't be read, the first is line {row['line']}"
        )
    if not row["open"]:
        return warned("no rule of pg_hba.conf lets a session in from another address than loopback")
    return passed(f"{row['open']} rules let sessions in from other addresses")


COLLATION_VERSION: Final = """\
    select 'database ' || quote_ident(d.datname) as object,
           'recorded ' || d.datcollversion || ', actual '
           || coalesce(pg_database_collation_actual_version(d.oid), 'none') as detail,
           'reindex database ' || quote_ident(d.datname) || E';\\nalter database ' || quote_ident(d.datname)
           || ' refresh collation version;' as fix
    from pg_database d where d.datname = current_database()
      and d.datcollversion <> coalesce(pg_database_collation_actual_version(d.oid), '')"""

NOT_BEFORE_15: Final = "select 'does not apply: PostgreSQL records a version since 15' as note"

SOURCE_SERVER: Final[tuple[Check, ...]] = (
    Check(
        id="source-connection",
        title="The source answers",
        side=Side.SOURCE,
        threshold="answers within 5 s; else unknown",
        asks=source(CONNECTION),
        judge=connection,
        remedy="check address, password, pg_hba.conf and the way to the server; --source-dsn is a libpq string",
        documentation=doc.postgres("libpq-connect.html"),
    ),
    Check(
        id="source-version",
        title="The source's version is one that the gate is proven on",
        side=Side.SOURCE,
        threshold=f"{OLDEST} to {NEWEST}; older fails, newer warns",
        asks=source("select current_setting('server_version_num')::int as number"),
        judge=version,
        remedy="upgrade the source first, or try the gate on that version (tests/postgres)",
        documentation=doc.GATE,
    ),
    Check(
        id="source-is-primary",
        title="The source is no standby",
        side=Side.SOURCE,
        threshold="not in recovery; else fail",
        asks=source("select pg_is_in_recovery() as standby"),
        judge=primary,
        remedy="give the address of the primary",
        documentation=doc.postgres("hot-standby.html"),
    ),
    Check(
        id="wal-level",
        title="The WAL can be decoded",
        side=Side.SOURCE,
        threshold="wal_level = logical; else fail",
        asks=source("select current_setting('wal_level') as level"),
        judge=wal_level,
        remedy="set it and restart the server",
        documentation=doc.DMS_SOURCE,
    ),
    Check(
        id="replication-slots",
        title="A replication slot is free for each task",
        side=Side.SOURCE,
        threshold="2 free, max_replication_slots over 1; else fail",
        asks=source(
            "select current_setting('max_replication_slots')::int as most, count(*)::int as used "
            "from pg_replication_slots"
        ),
        judge=replication_slots,
        remedy="raise max_replication_slots and restart, or drop slots that nobody reads",
        documentation=doc.DMS_SOURCE,
    ),
    Check(
        id="wal-senders",
        title="A WAL sender is free for each task",
        side=Side.SOURCE,
        threshold="2 free, max_wal_senders over 1; else fail",
        asks=source(
            "select current_setting('max_wal_senders')::int as most, count(*)::int as used "
            "from pg_stat_replication"
        ),
        judge=wal_senders,
        remedy="raise max_wal_senders and restart",
        documentation=doc.DMS_SOURCE,
    ),
    Check(
        id="wal-sender-timeout",
        title="Slow readers of the WAL are not cut off",
        side=Side.SOURCE,
        threshold="0, or 10 s (below: fail) to 5 min (above: warn)",
        asks=source(
            "select setting::int as milliseconds from pg_settings where name = 'wal_sender_timeout'"
        ),
        judge=wal_sender_timeout,
        remedy="set it to a minute",
        documentation=doc.DMS_ASSESSMENT,
    ),
    Check(
        id="slot-wal-limit",
        title="A slot that is behind is kept",
        side=Side.SOURCE,
        threshold="max_slot_wal_keep_size = -1; else warn",
        asks=source(
            "select setting::int as megabytes from pg_settings where name = 'max_slot_wal_keep_size'"
        ),
        judge=slot_wal_limit,
        remedy="a choice: -1 and an eye on the disk, or a limit that the longest pause of a task stays below",
        documentation=doc.DMS_ASSESSMENT,
    ),
    Check(
        id="idle-slot-timeout",
        title="The slot of a paused task is kept",
        side=Side.SOURCE,
        threshold="idle_replication_slot_timeout = 0; else warn",
        asks=source("select current_setting('idle_replication_slot_timeout', true) as value"),
        judge=idle_slot_timeout,
        remedy="set it to 0 until the way back is closed",
        documentation=doc.postgres("runtime-config-replication.html"),
    ),
    Check(
        id="decoding-memory",
        title="Decoding has memory",
        side=Side.SOURCE,
        threshold="logical_decoding_work_mem 64 MB; below: warn",
        asks=source(
            "select setting::int as kilobytes from pg_settings where name = 'logical_decoding_work_mem'"
        ),
        judge=decoding_memory,
        remedy="raise it; it is used once for each slot that is read",
        documentation=doc.DMS_ASSESSMENT,
    ),
    Check(
        id="test-decoding",
        title="The output plug-in test_decoding is installed",
        side=Side.SOURCE,
        threshold="its file is there; else fail",
        asks=source(
            "select d.setting || '/test_decoding.so' as file,\n"
            "       (pg_stat_file(d.setting || '/test_decoding.so', true)).size is not null as present\n"
            "from pg_config() d where d.name = 'PKGLIBDIR'"
        ),
        judge=test_decoding,
        remedy="install the contrib package of the server's version",
        documentation=doc.DMS_SOURCE,
        # Only a superuser may look; the start of the task proves it.
        counts=False,
    ),
    Check(
        id="source-encoding",
        title="The source's encoding is a real one",
        side=Side.SOURCE,
        threshold="not SQL_ASCII; else fail",
        asks=source("select current_setting('server_encoding') as encoding"),
        judge=encoding,
        remedy="convert the database into UTF8 first; DMS and the target would guess",
        documentation=doc.postgres("multibyte.html"),
    ),
    Check(
        id="collation-version",
        title="Indexes fit the collations of the operating system",
        side=Side.SOURCE,
        threshold="recorded version = actual; else warn",
        asks=source(sql.listing(COLLATION_VERSION, over=sql.NONE), since=15, older=NOT_BEFORE_15),
        judge=collation_version,
        remedy="rebuild the indexes over text, then refresh the version: a unique index that sorts wrongly takes twins",
        documentation=doc.postgres("sql-altercollation.html"),
    ),
    Check(
        id="source-tls",
        title="The source speaks TLS where the settings ask for it",
        side=Side.SOURCE,
        threshold="ssl on unless source.ssl_mode = none; else fail",
        asks=source("select current_setting('ssl') as ssl"),
        judge=tls,
        remedy="switch it on (with server.crt and server.key in place), or set source.ssl_mode to what the server has",
        documentation=doc.DMS_TLS,
        needs_settings=True,
    ),
    Check(
        id="access-rules",
        title="pg_hba.conf lets DMS in",
        side=Side.SOURCE,
        threshold="a rule for another address than loopback, no broken line; else warn",
        asks=source(
            "select count(*) filter (where error is not null)::int as broken,\n"
            "       min(line_number) filter (where error is not null) as line,\n"
            "       count(*) filter (where error is null and type <> 'local' and auth_method <> 'reject'\n"
            "                        and address !~ '^(127\\.|::1$|localhost$)')::int as open\n"
            "from pg_hba_file_rules"
        ),
        judge=access_rules,
        remedy="add a line and reload: host, database, role of DMS, network of the replication instance, scram-sha-256",
        documentation=doc.DMS_SOURCE,
        # Only a superuser may look; DMS's own test of the connection proves it.
        counts=False,
        needs_settings=True,
    ),
)
