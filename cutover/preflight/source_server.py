"""The source's server: what its settings, sessions and slots allow."""

from __future__ import annotations

from typing import Final

from cutover.preflight import documentation as doc
from cutover.preflight import sql
from cutover.preflight.check import (
    Check,
    Finding,
    Rows,
    Side,
    Sql,
    Verdict,
    failed,
    none_of,
    only,
    passed,
    unknown,
    warned,
)
from cutover.preflight.told import Told

OLDEST, NEWEST = 13, 18
"""The versions that the gate is proven on (docs/gate.md)."""


def source(text: str, *, since: int = 0, older: str = "") -> tuple[Sql, ...]:
    return (Sql(where=Side.SOURCE, text=text, since=since, older=older),)


def set_in_configuration(name: str, value: str, *, restart: bool = False) -> str:
    """The statement; the comment after it says when it takes effect."""
    how = (
        "then restart the server"
        if restart
        else "then SELECT pg_reload_conf() or restart the server"
    )
    return f"alter system set {name} = '{value}';  -- {how}"


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
            f"wal_level is {level}", set_in_configuration("wal_level", "logical", restart=True)
        )
    return passed("wal_level is logical")


def room(used: int, most: int, need: int, name: str, what: str) -> Finding:
    """Of a server-wide limit that needs a restart to be raised."""
    fact = f"{most - used} of {most} {what} free"
    if most <= 1 or most - used < need:
        return failed(fact, set_in_configuration(name, str(used + need + 8), restart=True))
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
    fix = set_in_configuration("wal_sender_timeout", "60s")
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
        set_in_configuration("max_slot_wal_keep_size", "-1"),
    )


def idle_slot_timeout(_told: Told, rows: Rows) -> Finding:
    value = only(rows)["value"]
    if value is None:
        return passed("does not apply: PostgreSQL has idle_replication_slot_timeout since 18")
    if value in ("0", "0s"):
        return passed("idle_replication_slot_timeout is 0")
    return warned(
        f"idle_replication_slot_timeout is {value}: the slot of a task that is paused for longer is lost",
        set_in_configuration("idle_replication_slot_timeout", "0"),
    )


def decoding_memory(told: Told, rows: Rows) -> Finding:
    kilobytes, least = only(rows)["kilobytes"], told.limits.decoding_memory_kilobytes
    fact = f"logical_decoding_work_mem is {kilobytes} kB"
    if kilobytes < least:
        return warned(
            f"{fact}: larger transactions are decoded by way of the disk",
            set_in_configuration("logical_decoding_work_mem", f"{least}kB"),
        )
    return passed(fact)


def test_decoding(_told: Told, rows: Rows) -> Finding:
    row = only(rows)
    if row["present"]:
        return passed(f"{row['file']} is there")
    return failed(f"{row['file']} is not there")


def session_timeouts(_told: Told, rows: Rows) -> Finding:
    ending = [row for row in rows if not _is_zero(row["value"])]
    role = rows[0]["role"]
    if not ending:
        return passed(f"no timeout ends a session of {role}")
    return warned(
        f"for {role} " + ", ".join(f"{row['name']} is {row['value']}" for row in ending),
        *(f"alter role {_quoted(role)} set {row['name']} = 0;" for row in ending),
    )


def _is_zero(value: str) -> bool:
    return not value.rstrip("abcdefghijklmnopqrstuvwxyz ").strip("0")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def connections(told: Told, rows: Rows) -> Finding:
    row, limits = only(rows), told.limits
    free = row["most"] - row["reserved"] - row["used"]
    fact = f"{free} of {row['most']} connections are free"
    fix = set_in_configuration(
        "max_connections", str(row["most"] + limits.free_connections), restart=True
    )
    if free < limits.least_connections:
        return failed(fact, fix)
    if free < limits.free_connections:
        return warned(fact, fix)
    return passed(fact)


def lock_room(_told: Told, rows: Rows) -> Finding:
    row = only(rows)
    need = row["tables"] + row["sequences"]
    fact = (
        f"{row['tables']} tables and {row['sequences']} sequences to lock, room for {row['room']}"
    )
    if need > row["room"]:
        per_transaction = -(-need * 5 // 4 // row["sessions"])
        return failed(
            fact,
            set_in_configuration("max_locks_per_transaction", str(per_transaction), restart=True),
        )
    return passed(fact)


def long_transactions(told: Told, rows: Rows) -> Finding:
    row, limits = only(rows), told.limits
    if not row["sees"]:
        return unknown(
            f"{row['role']} does not see other roles' transactions: it is no member of pg_read_all_stats"
        )
    if row["seconds"] is None:
        return passed("no other transaction is open")
    seconds = row["seconds"]
    fact = f"the oldest transaction is open for {seconds} s (process {row['pid']}, {row['state']})"
    fix = f"-- ends it, and what it did is undone: select pg_terminate_backend({row['pid']});"
    if seconds >= limits.too_long_transaction_seconds:
        return failed(fact, fix)
    if seconds >= limits.long_transaction_seconds:
        return warned(fact, fix)
    return passed(fact)


def transaction_id_age(told: Told, rows: Rows) -> Finding:
    row, limits = only(rows), told.limits
    fact = f"the oldest transaction id of the database is {row['age']:,} old"
    fix = "vacuum (freeze);  -- in this database, at a quiet time"
    if row["age"] >= limits.too_old_transaction_ids:
        return failed(fact, fix)
    if row["age"] >= limits.old_transaction_ids:
        return warned(fact, fix)
    return passed(fact)


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
            set_in_configuration("ssl", "on"),
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


SLOTS: Final = """\
    select s.slot_name::text as object,
           concat_ws(', ', s.slot_type, s.database, s.wal_status,
                     'keeps ' || pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn))) as detail,
           '-- loses its place: select pg_drop_replication_slot(' || quote_literal(s.slot_name) || ');' as fix
    from pg_replication_slots s where not s.active and not s.temporary"""

READ_ONLY: Final = """\
    select concat_ws(' in ', 'role ' || quote_ident(r.rolname), 'database ' || quote_ident(d.datname)) as object,
           'on' as detail,
           case when r.rolname is null then 'alter database ' || quote_ident(d.datname)
                else 'alter role ' || quote_ident(r.rolname)
                     || coalesce(' in database ' || quote_ident(d.datname), '') end
           || ' reset default_transaction_read_only;' as fix
    from pg_db_role_setting s
    left join pg_roles r on r.oid = s.setrole left join pg_database d on d.oid = s.setdatabase
    where (s.setdatabase = 0 or d.datname = current_database())
      and exists (select from unnest(s.setconfig) as setting
                  where setting ~* '^default_transaction_read_only=(on|true|yes|1)$')
    union all
    select 'the server', 'on', 'alter system reset default_transaction_read_only;  -- then SELECT pg_reload_conf()'
    from pg_settings where name = 'default_transaction_read_only' and reset_val = 'on'
                       and source in ('configuration file', 'command line')"""

REPLICA_ROLES: Final = f"""\
    select concat_ws(' in ', 'role ' || quote_ident(r.rolname), 'database ' || quote_ident(d.datname)) as object,
           '' as detail,
           case when r.rolname is null then 'alter database ' || quote_ident(d.datname)
                else 'alter role ' || quote_ident(r.rolname)
                     || coalesce(' in database ' || quote_ident(d.datname), '') end
           || ' reset session_replication_role;' as fix
    from pg_db_role_setting s
    left join pg_roles r on r.oid = s.setrole left join pg_database d on d.oid = s.setdatabase
    where (s.setdatabase = 0 or d.datname = current_database())
      and exists (select from unnest(s.setconfig) as setting where setting ~* '^session_replication_role=replica$')
      and r.rolname is distinct from {sql.ROLE}
    union all
    select 'the server', '', 'alter system reset session_replication_role;  -- then SELECT pg_reload_conf()'
    from pg_settings where name = 'session_replication_role' and reset_val = 'replica'
                       and source in ('configuration file', 'command line')"""

SUPERUSERS: Final = """\
    select quote_ident(a.usename) as object, count(*) || ' sessions' as detail, '' as fix
    from pg_stat_activity a join pg_roles r on r.oid = a.usesysid
    where a.datname = current_database() and a.backend_type = 'client backend' and r.rolsuper
      and a.pid <> pg_backend_pid() and a.application_name not like 'cutover%%' and a.usename <> 'rdsadmin'
    group by a.usename"""

COLLATION_VERSION: Final = """\
    select 'database ' || quote_ident(d.datname) as object,
           'recorded ' || d.datcollversion || ', actual '
           || coalesce(pg_database_collation_actual_version(d.oid), 'none') as detail,
           'reindex database ' || quote_ident(d.datname) || E';\\nalter database ' || quote_ident(d.datname)
           || ' refresh collation version;' as fix
    from pg_database d where d.datname = current_database()
      and d.datcollversion <> coalesce(pg_database_collation_actual_version(d.oid), '')"""

NOT_BEFORE_15: Final = "select 'does not apply: PostgreSQL records a version since 15' as note"

NONE: Final = "nothing as (select 1)"
"""For listings that look at no table."""

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
        id="session-timeouts",
        title="No timeout ends the sessions of DMS",
        side=Side.SOURCE,
        threshold="statement, idle, idle-in-transaction and transaction timeout 0 for its role; else warn",
        asks=source(sql.timeouts(sql.ROLE)),
        judge=session_timeouts,
        remedy="set them to 0 for the role of DMS alone",
        documentation=doc.DMS_SOURCE,
    ),
    Check(
        id="source-connections",
        title="Connections are free for DMS and the cutover",
        side=Side.SOURCE,
        threshold="20 free; below: warn, below 5: fail",
        asks=source(
            "select current_setting('max_connections')::int as most,\n"
            "       current_setting('superuser_reserved_connections')::int\n"
            "       + coalesce(current_setting('reserved_connections', true)::int, 0) as reserved,\n"
            "       count(*)::int as used\n"
            "from pg_stat_activity where backend_type = 'client backend'"
        ),
        judge=connections,
        remedy="raise max_connections and restart, or lower what pools hold",
        documentation=doc.postgres("runtime-config-connection.html"),
    ),
    Check(
        id="lock-room",
        title="The lock table has room for the gate",
        side=Side.SOURCE,
        threshold="tables + sequences <= max_locks_per_transaction x sessions; else fail",
        asks=source(
            "select (select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace\n"
            "        where c.relkind in ('r', 'p') and c.relpersistence <> 't' and n.nspname !~ '^pg_'\n"
            "          and n.nspname <> 'information_schema')::int as tables,\n"
            "       (select count(*) from pg_sequence)::int as sequences,\n"
            "       current_setting('max_connections')::int\n"
            "       + current_setting('max_prepared_transactions')::int as sessions,\n"
            "       current_setting('max_locks_per_transaction')::int * (current_setting('max_connections')::int\n"
            "       + current_setting('max_prepared_transactions')::int) as room"
        ),
        judge=lock_room,
        remedy="raise max_locks_per_transaction and restart",
        documentation=doc.GATE,
    ),
    Check(
        id="prepared-transactions",
        title="No transaction is left prepared",
        side=Side.SOURCE,
        threshold="0; else fail",
        asks=source(
            sql.listing(
                "    select gid as object, owner || ', ' || prepared::timestamp(0) as detail,\n"
                "           '-- undoes it: rollback prepared ' || quote_literal(gid) || ';' as fix\n"
                "    from pg_prepared_xacts where database = current_database()",
                over=NONE,
            )
        ),
        judge=none_of("prepared transaction|prepared transactions", Verdict.FAIL),
        remedy="commit or roll back each; DMS does not carry two-phase commits, and the barrier waits for them",
        documentation=doc.DMS_ASSESSMENT,
    ),
    Check(
        id="long-transactions",
        title="No transaction has been open for long",
        side=Side.SOURCE,
        threshold="5 min: warn, 1 h: fail",
        asks=source(
            "select current_user::text as role,\n"
            "       pg_has_role('pg_read_all_stats', 'usage') as sees, oldest.*\n"
            "from (select 1) as one left join (\n"
            "    select pid, state, floor(extract(epoch from clock_timestamp() - xact_start))::int as seconds\n"
            "    from pg_stat_activity\n"
            "    where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null\n"
            "      and backend_type = 'client backend'\n"
            "    order by xact_start limit 1) as oldest on true"
        ),
        judge=long_transactions,
        remedy="end it, or start the task when it has ended: a slot waits for every transaction that runs",
        documentation=doc.DMS_ASSESSMENT,
    ),
    Check(
        id="transaction-id-age",
        title="Transaction ids are far from their end",
        side=Side.SOURCE,
        threshold="500 million: warn, 1,500 million: fail",
        asks=source(
            "select age(datfrozenxid) as age from pg_database where datname = current_database()"
        ),
        judge=transaction_id_age,
        remedy="let VACUUM (FREEZE) finish first: a slot holds back what it may clean",
        documentation=doc.postgres("routine-vacuuming.html"),
    ),
    Check(
        id="leftover-slots",
        title="No slot is left that nobody reads",
        side=Side.SOURCE,
        threshold="no inactive slot; else warn",
        asks=source(sql.listing(SLOTS, over=NONE)),
        judge=none_of("slot is|slots are read by nobody", Verdict.WARN),
        remedy="drop those that nothing will read again; each keeps WAL until the disk is full",
        documentation=doc.postgres("view-pg-replication-slots.html"),
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
        asks=source(sql.listing(COLLATION_VERSION, over=NONE), since=15, older=NOT_BEFORE_15),
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
        remedy="add: host <database> <role of DMS> <network of the replication instance> scram-sha-256, and reload",
        documentation=doc.DMS_SOURCE,
        # Only a superuser may look; DMS's own test of the connection proves it.
        counts=False,
        needs_settings=True,
    ),
    Check(
        id="read-only-defaults",
        title="Nobody sets default_transaction_read_only",
        side=Side.SOURCE,
        threshold="no role, database or server; else warn",
        asks=source(sql.listing(READ_ONLY, over=NONE)),
        judge=none_of("place sets|places set default_transaction_read_only", Verdict.WARN),
        remedy="take it away, or give the target the same: what relies on it writes after the move",
        documentation=doc.postgres("runtime-config-client.html"),
    ),
    Check(
        id="replica-role-defaults",
        title="No application writes as a replica",
        side=Side.SOURCE,
        threshold="no role or database with session_replication_role = replica; else fail",
        asks=source(sql.listing(REPLICA_ROLES, over=NONE)),
        judge=none_of(
            "place sets|places set session_replication_role = replica: its writes pass the gate",
            Verdict.FAIL,
        ),
        remedy="take it away: such sessions write past every trigger",
        documentation=doc.GATE,
    ),
    Check(
        id="superuser-sessions",
        title="The application is no superuser",
        side=Side.SOURCE,
        threshold="no other session of a superuser; else warn",
        asks=source(sql.listing(SUPERUSERS, over=NONE)),
        judge=none_of(
            "superuser has|superusers have sessions here, and could switch the gate off",
            Verdict.WARN,
        ),
        remedy="give the application a role that is no superuser; keep people out during the switch",
        documentation=doc.GATE,
    ),
)
