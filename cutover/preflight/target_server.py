"""The target's server: its settings, its roles, and what the way back needs of it."""

from __future__ import annotations

from typing import Final

from cutover.preflight import documentation as doc
from cutover.preflight import source_server as server
from cutover.preflight import source_sessions as sessions
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
from cutover.preflight.questions import target
from cutover.preflight.told import Told


def writable(_told: Told, rows: Rows) -> Finding:
    row = only(rows)
    if row["standby"]:
        return failed("the server is in recovery: it takes no writes")
    if row["read_only"] == "on":
        return failed(
            "default_transaction_read_only is on for the role that asks",
            f"begin read write; alter database {row['name']} reset default_transaction_read_only; commit;",
        )
    return passed("takes writes")


def wal_level(told: Told, rows: Rows) -> Finding:
    level = only(rows)["level"]
    if level == "logical":
        return passed("wal_level is logical")
    fact = f"wal_level is {level}: there can be no way back"
    fix = sql.set_in_configuration("wal_level", "logical", restart=True)
    # Aurora has no ALTER SYSTEM: the remedy names its parameter.
    return failed(fact) if told.settings else warned(fact, fix)


def slots(told: Told, rows: Rows) -> Finding:
    row, need = only(rows), told.limits.free_target_slots
    return next(
        (
            found
            for found in (
                server.room(
                    row["slots"], row["most_slots"], need, "max_replication_slots", "slots are"
                ),
                server.room(
                    row["senders"], row["most_senders"], need, "max_wal_senders", "WAL senders are"
                ),
            )
            if found.verdict is not Verdict.PASS
        ),
        passed(
            f"{row['most_slots'] - row['slots']} slots and {row['most_senders'] - row['senders']} WAL senders are free"
        ),
    )


REPLICA_ROLE: Final = f"""\
select {sql.TARGET_ROLE} as role,
       (select r.rolsuper or has_parameter_privilege(r.oid, 'session_replication_role', 'set')
               or exists (select from pg_roles g where g.rolname = 'rds_superuser'
                          and pg_has_role(r.oid, g.oid, 'usage'))
        from pg_roles r where r.rolname = {sql.TARGET_ROLE}) as may,
       'grant set on parameter session_replication_role to ' || quote_ident({sql.TARGET_ROLE}) || ';' as fix"""

REPLICA_ROLE_BEFORE_15: Final = f"""\
select {sql.TARGET_ROLE} as role,
       (select r.rolsuper
               or exists (select from pg_roles g where g.rolname = 'rds_superuser'
                          and pg_has_role(r.oid, g.oid, 'usage'))
        from pg_roles r where r.rolname = {sql.TARGET_ROLE}) as may,
       '-- before PostgreSQL 15 only a superuser may set session_replication_role' as fix"""


def replica_role(_told: Told, rows: Rows) -> Finding:
    row = only(rows)
    if row["may"] is None:
        return failed(f"there is no role {row['role']}")
    if not row["may"]:
        return failed(
            f"{row['role']} may not set session_replication_role: triggers and foreign keys would act on what it "
            "applies",
            row["fix"],
        )
    return passed(f"{row['role']} may set session_replication_role")


TARGET_SERVER: Final[tuple[Check, ...]] = (
    Check(
        id="target-connection",
        title="The target answers",
        side=Side.TARGET,
        threshold="answers within 5 s; else unknown",
        asks=target(server.CONNECTION),
        judge=server.connection,
        remedy="check address, password, security groups; --target-dsn is a libpq string",
        documentation=doc.postgres("libpq-connect.html"),
    ),
    Check(
        id="target-writable",
        title="The target takes writes",
        side=Side.TARGET,
        threshold="no standby, not read-only by default; else fail",
        asks=target(
            "select pg_is_in_recovery() as standby, quote_ident(current_database()) as name,\n"
            "       (select reset_val from pg_settings where name = 'default_transaction_read_only') as read_only"
        ),
        judge=writable,
        remedy="give the address of the writer; take the default away",
        documentation=doc.postgres("runtime-config-client.html"),
    ),
    Check(
        id="target-replica-role",
        title="The role of DMS may apply without triggers",
        side=Side.TARGET,
        threshold="may set session_replication_role; else fail",
        asks=target(REPLICA_ROLE, since=15, older=REPLICA_ROLE_BEFORE_15),
        judge=replica_role,
        remedy="grant it; on RDS and Aurora members of rds_superuser may",
        documentation=doc.DMS_TARGET,
    ),
    Check(
        id="target-wal-level",
        title="The target's WAL can be decoded for the way back",
        side=Side.TARGET,
        threshold="wal_level = logical; else fail (without settings: warn)",
        asks=target("select current_setting('wal_level') as level"),
        judge=wal_level,
        remedy="set rds.logical_replication = 1 (elsewhere wal_level = logical) and restart, before there is load",
        documentation=doc.AURORA_LOGICAL,
    ),
    Check(
        id="target-slots",
        title="The target has room for the slot of the way back",
        side=Side.TARGET,
        threshold="1 slot and 1 WAL sender free; else fail",
        asks=target(
            "select current_setting('max_replication_slots')::int as most_slots,\n"
            "       (select count(*)::int from pg_replication_slots) as slots,\n"
            "       current_setting('max_wal_senders')::int as most_senders,\n"
            "       (select count(*)::int from pg_stat_replication) as senders"
        ),
        judge=slots,
        remedy="raise the limit and restart, or drop slots that nobody reads",
        documentation=doc.AURORA_LOGICAL,
    ),
    Check(
        id="target-leftover-slots",
        title="No slot is left on the target that nobody reads",
        side=Side.TARGET,
        threshold="no inactive slot; else warn",
        asks=target(sql.listing(sessions.SLOTS, over=sql.NONE)),
        judge=none_of("slot is|slots are read by nobody", Verdict.WARN),
        remedy="drop those that nothing will read again",
        documentation=doc.postgres("view-pg-replication-slots.html"),
    ),
    Check(
        id="target-timeouts",
        title="No timeout ends the sessions of DMS on the target",
        side=Side.TARGET,
        threshold="statement, idle, idle-in-transaction and transaction timeout 0 for its role; else warn",
        asks=target(sql.timeouts(sql.TARGET_ROLE)),
        judge=sessions.session_timeouts,
        remedy="set them to 0 for the role of DMS alone",
        documentation=doc.DMS_TARGET,
    ),
)
