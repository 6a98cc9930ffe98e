"""Who is connected to the source, for how long, with what defaults; and who keeps its WAL."""

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
    unknown,
    warned,
)
from cutover.preflight.questions import source
from cutover.preflight.told import Told


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
    fix = sql.set_in_configuration(
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
            sql.set_in_configuration(
                "max_locks_per_transaction", str(per_transaction), restart=True
            ),
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


SLOTS: Final = """\
    select s.slot_name::text as object,
           concat_ws(', ', s.slot_type, s.database, s.wal_status,
                     'keeps ' || pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn))) as detail,
           '-- loses its place: select pg_drop_replication_slot(' || quote_literal(s.slot_name) || ');' as fix
    from pg_replication_slots s where not s.active and not s.temporary"""

READ_ONLY: Final = """\
    select concat_ws(' in ', 'role ' || quote_ident(r.rolname), 'database ' || quote_ident(d.datname)) as object,
           'on' as detail,
           'begin read write; '
           || case when r.rolname is null then 'alter database ' || quote_ident(d.datname)
                else 'alter role ' || quote_ident(r.rolname)
                     || coalesce(' in database ' || quote_ident(d.datname), '') end
           || ' reset default_transaction_read_only; commit;' as fix
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

SOURCE_SESSIONS: Final[tuple[Check, ...]] = (
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
                over=sql.NONE,
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
        asks=source(sql.listing(SLOTS, over=sql.NONE)),
        judge=none_of("slot is|slots are read by nobody", Verdict.WARN),
        remedy="drop those that nothing will read again; each keeps WAL until the disk is full",
        documentation=doc.postgres("view-pg-replication-slots.html"),
    ),
    Check(
        id="read-only-defaults",
        title="Nobody sets default_transaction_read_only",
        side=Side.SOURCE,
        threshold="no role, database or server; else warn",
        asks=source(sql.listing(READ_ONLY, over=sql.NONE)),
        judge=none_of("place sets|places set default_transaction_read_only", Verdict.WARN),
        remedy="take it away, or give the target the same: what relies on it writes after the move",
        documentation=doc.postgres("runtime-config-client.html"),
    ),
    Check(
        id="replica-role-defaults",
        title="No application writes as a replica",
        side=Side.SOURCE,
        threshold="no role or database with session_replication_role = replica; else fail",
        asks=source(sql.listing(REPLICA_ROLES, over=sql.NONE)),
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
        asks=source(sql.listing(SUPERUSERS, over=sql.NONE)),
        judge=none_of(
            "superuser has|superusers have sessions here, and could switch the gate off",
            Verdict.WARN,
        ),
        remedy="give the application a role that is no superuser; keep people out during the switch",
        documentation=doc.GATE,
    ),
)
