"""The SQL of the gate, the heartbeat and the token; tests/postgres runs each on a real server."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, LiteralString

APPLICATION_NAME: Final = "cutover"
BARRIER_APPLICATION_NAME: Final = "cutover barrier"
GATE_TRIGGER: Final = "cutover_gate"

OPEN: Final = 1
CLOSED: Final = 2

REFUSED_SQLSTATE: Final = "25006"
"""read_only_sql_transaction: what a refused write gets. Drivers and poolers already know it from failovers."""

INSTALL: Final[LiteralString] = f"""
create schema if not exists cutover;
create table if not exists cutover.heartbeat (
    id int primary key, beat bigint not null, written_at timestamptz not null);
create table if not exists cutover.token (
    token uuid primary key, written_at timestamptz not null default clock_timestamp());
create table if not exists cutover.fence (
    role name primary key, stands text not null check (stands in ('barrier', 'closed')),
    could_log_in boolean not null, since timestamptz not null default clock_timestamp());
create sequence if not exists cutover.gate_state minvalue {OPEN} maxvalue {CLOSED} start {CLOSED};
create or replace function cutover.close(proof text) returns void
language plpgsql security definer set search_path = pg_catalog as $$
begin
    create view cutover.closed as select true as closed;
    execute format('comment on view cutover.closed is %L', proof);
end $$;
revoke execute on function cutover.close(text) from public;
create or replace function cutover.reopen() returns void
language plpgsql security definer set search_path = pg_catalog as $$
begin
    drop view if exists cutover.closed;
    perform setval('cutover.gate_state', {OPEN});
end $$;
revoke execute on function cutover.reopen() from public;
"""
"""A database with gate triggers takes writes where `gate_state` is open and there is no view `closed`.

The view is made in the transaction that closes, and with it, as its comment, the proof: where it is, the line was
crossed. A name is looked up in the catalog as it is now, whatever the snapshot of the transaction that asks; a row of a
table it would read as of its snapshot, and write on. The proof is no row either: the old stream still runs then, and
would carry it to the other side behind the position that the way back begins at, from where it came back as a conflict.

`gate_state` is for what is closed and opened outside of a transaction, like the target before its first opening. It is
a sequence because its last_value is not versioned. It starts closed: as long as a table has no trigger, that means
nothing.

`fence` is what locked roles are kept in (postgres_login.py). It is made everywhere: `cutover install` is told nothing
of the fence that a source will have, and a cutover whose write record moves after the switch installs nothing more."""

IS_OPEN: Final[LiteralString] = f"""
select last_value = {OPEN} and to_regclass('cutover.closed') is null from cutover.gate_state
"""

REFUSE_WRITE: Final[LiteralString] = """
create or replace function cutover.hold_write(written oid) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
    give_up constant timestamptz := clock_timestamp() + make_interval(secs => {hold});
    opened boolean;
begin
    -- A newcomer waits here for the gate to open. It is refused even then: its snapshot may be older than
    -- the last changes from the other side. On the retry it has a new one.
    -- Where nobody is to wait, not even a plan for the look is made.
    if {hold} > 0 then
        loop
            -- Parsed each time: only that takes note of what others have changed in the catalog.
            execute 'select last_value = 1 from cutover.gate_state' into opened;
            exit when opened and to_regclass('cutover.closed') is null or clock_timestamp() >= give_up;
            perform pg_sleep(0.005);
        end loop;
    end if;
    raise exception using
        errcode = '25006',
        message = format('cutover: %s takes no writes here', written::regclass),
        hint = 'Retry in a new transaction; after a lost connection resolve the name anew.';
end $$;
create or replace function cutover.refuse_write() returns trigger
language plpgsql security definer as $$
begin
    if pg_catalog.pg_sequence_last_value('cutover.gate_state'::pg_catalog.regclass) operator(pg_catalog.=) 1
       and pg_catalog.to_regclass('cutover.closed') is null then
        return null;
    end if;
    perform cutover.hold_write(tg_relid);
    return null;
end $$;
"""
"""Each statement of an open gate's writers calls refuse_write(), so it is made cheap: an expression that needs no
query, and no SET, whose keeping and restoring costs more than all the rest. Without SET the caller's search_path holds,
so every name in it is qualified, the operator's too. Like last_value, pg_sequence_last_value is not versioned; as long
as the state was never set it is NULL, and the gate not open. Whoever waited for a table's lock sees a view that was
made meanwhile: taking a lock takes note of changes in the catalog."""

FREEZE_TRIGGERS: Final = ("cutover_ddl_start", "cutover_ddl_end", "cutover_ddl_drop")

OWN_SESSION: Final = "cutover.session"
"""Set in each session of this package: with membership in the role that owns refuse_ddl(), it passes the freeze.
Neither is enough by itself: a name is easily taken, and a superuser is a member of everything."""

REFUSE_DDL: Final[LiteralString] = f"""
create or replace function cutover.refuse_ddl() returns event_trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
    if (select last_value = {OPEN} and to_regclass('cutover.closed') is null from cutover.gate_state)
       or (coalesce(current_setting('{OWN_SESSION}', true), '') = 'on'
           and pg_has_role(session_user, current_user, 'member'))
       -- The way back: it makes its own tables, slots and subscriptions here.
       or tg_tag ~ '(SUBSCRIPTION|PUBLICATION)$'
       or exists (select from pg_roles r where r.rolname = session_user and not r.rolsuper
                  and (r.rolreplication or exists (select from pg_auth_members m join pg_roles g on g.oid = m.roleid
                       where m.member = r.oid and g.rolname = 'rds_replication')))
       or tg_tag = 'REINDEX' then
        return;
    end if;
    if tg_event = 'ddl_command_start' then
        -- Whether a table is temporary is known when the command has run; then it is refused, and undone with
        -- its transaction. CONCURRENTLY commits in between: that can't wait.
        if (tg_tag ~ '^(CREATE|ALTER|DROP) (TABLE|INDEX|SEQUENCE|VIEW|TYPE)' or tg_tag = 'SELECT INTO')
           and current_query() !~* 'concurrently' then
            return;
        end if;
    elsif tg_event = 'ddl_command_end' then
        if not exists (select from pg_event_trigger_ddl_commands() c
                       where coalesce(c.schema_name, '') !~ '^(pg_temp|cutover$|awsdms_control$)'
                         and c.object_identity !~ '(^|\\.)awsdms_') then
            return;
        end if;
    elsif not exists (select from pg_event_trigger_dropped_objects() d
                      where d.original and not d.is_temporary
                        and coalesce(d.schema_name, '') not in ('cutover', 'awsdms_control')
                        and d.object_identity !~ '(^|\\.)awsdms_') then
        return;
    end if;
    raise exception using
        errcode = '{REFUSED_SQLSTATE}',
        message = format('cutover: no %s here: this database is closed', tg_tag),
        hint = 'Change the schema where the application writes now.';
end $$;
"""

FREEZE: Final[LiteralString] = f"""
do $freeze$ begin
    create event trigger {FREEZE_TRIGGERS[0]} on ddl_command_start execute function cutover.refuse_ddl();
    create event trigger {FREEZE_TRIGGERS[1]} on ddl_command_end execute function cutover.refuse_ddl();
    create event trigger {FREEZE_TRIGGERS[2]} on sql_drop execute function cutover.refuse_ddl();
exception
    -- Only a superuser makes event triggers: without one the freeze is missing, which readiness has said.
    when insufficient_privilege then null;
    -- A superuser has made them beforehand.
    when duplicate_object then null;
end $freeze$;
"""

OWN_FREEZE_TRIGGERS: Final[LiteralString] = """
select evtname from pg_event_trigger where evtname = any (%s) and pg_has_role(evtowner, 'usage')
"""

MAY_FREEZE: Final[LiteralString] = f"""
select current_setting('is_superuser')::boolean
    or exists (select from pg_roles where rolname = 'rds_superuser' and pg_has_role(oid, 'usage'))
    or (select count(*) = {len(FREEZE_TRIGGERS)} from pg_event_trigger
        where evtname like 'cutover\\_ddl\\_%' and evtenabled in ('O', 'A'))
"""
"""RDS and Aurora let members of rds_superuser make event triggers (RDS user guide, "Event triggers for RDS for
PostgreSQL")."""

APPLICATION_SCHEMAS: Final[LiteralString] = """
    n.nspname not in ('pg_catalog', 'information_schema', 'cutover', 'awsdms_control')
    and n.nspname !~ '^pg_(toast|temp)'
"""

GATED: Final[LiteralString] = f"""
    c.oid in (select t.tgrelid from pg_trigger t where t.tgname = '{GATE_TRIGGER}' and t.tgenabled in ('O', 'A'))
"""
"""Read once and hashed, however many tables there are. EXISTS is planned by the catalog's statistics, which are old
right after 10,000 triggers were made: then each table has a scan of its own, two seconds in all."""

APPLICATION_TABLES: Final[LiteralString] = f"""
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and c.relpersistence in ('p', 'u')
  and {APPLICATION_SCHEMAS}
  and c.relname not like 'awsdms\\_%%'
  and c.oid not in (select d.objid from pg_depend d where d.classid = 'pg_class'::regclass and d.deptype = 'e')
"""

TABLES: Final[LiteralString] = f"""
select format('%I.%I', n.nspname, c.relname), {GATED} {APPLICATION_TABLES} order by 1
"""
"""Partitioned parents and partitions both: a write that names a partition fires only that one's trigger."""

STORED_TABLES: Final[LiteralString] = f"""
select n.nspname || '.' || c.relname,
       (select rn.nspname || '.' || r.relname from pg_class r join pg_namespace rn on rn.oid = r.relnamespace
        where c.relispartition and r.oid = pg_partition_root(c.oid))
{APPLICATION_TABLES} and c.relkind = 'r' and c.relpersistence = 'p'
order by 1
"""
"""What replication has to carry: a parent has no rows, an unlogged table no log."""

UNGATED_TABLES: Final[LiteralString] = f"""
select format('%I.%I', n.nspname, c.relname) {APPLICATION_TABLES} and not {GATED} order by 1
"""
"""Behind the barrier: what was made after the tables were listed, and would stay open for good."""

UNCOMMITTED_TABLES: Final[LiteralString] = f"""
select distinct format('a table that session %s of %s has made and not committed', a.pid, a.usename)
from pg_locks made
join pg_locks inside on inside.pid = made.pid and inside.locktype = 'object' and inside.granted
    and inside.classid = 'pg_namespace'::regclass and inside.mode = 'AccessShareLock'
join pg_stat_activity a on a.pid = made.pid
left join pg_namespace n on n.oid = inside.objid
where made.locktype = 'relation' and made.granted and made.mode = 'AccessExclusiveLock'
  and made.database = (select oid from pg_database where datname = current_database())
  and made.pid <> pg_backend_pid()
  and not exists (select from pg_class c where c.oid = made.relation)
  and (n.oid is null or {APPLICATION_SCHEMAS})
"""
"""A table that nobody sees yet gets no trigger, and is written to once its maker goes on. CREATE TABLE holds two locks
until its commit: on the table, which the catalog does not show, and on its schema, by which a temporary one is told."""

WAITING_CHANGES: Final[LiteralString] = """
select distinct format('a schema change by session %s of %s', a.pid, a.usename)
from pg_locks l
join pg_stat_activity a on a.pid = l.pid
where l.locktype = 'relation' and not l.granted and a.backend_type = 'client backend'
  and l.database = (select oid from pg_database where datname = current_database())
  and l.mode in ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock',
                 'AccessExclusiveLock')
  and coalesce(a.query, '') !~* '^\\s*(truncate|vacuum|analyze|reindex|cluster|lock)\\M'
"""
"""It began before the freeze was there to refuse it, and would go through right after the closing. A TRUNCATE is told
by its text; one from inside a function looks like a change, and the switch is given up rather than guessed about."""

SEQUENCES: Final[LiteralString] = f"""
select format('%I.%I', n.nspname, c.relname), p.last_value, p.increment_by, p.min_value, p.max_value,
       has_sequence_privilege(c.oid, 'select'), p.start_value, p.cycle
from pg_sequences p
join pg_namespace n on n.nspname = p.schemaname
join pg_class c on c.relnamespace = n.oid and c.relname = p.sequencename
where {APPLICATION_SCHEMAS}
order by 1
"""

SET_SEQUENCES: Final[LiteralString] = """
select setval(s.seqrelid::regclass, moved.value)
from unnest(%s::text[], %s::bigint[]) as moved (name, value)
join pg_sequence s on s.seqrelid = moved.name::regclass
cross join lateral (select pg_sequence_last_value(s.seqrelid) as value) as own
where own.value is null or s.seqcycle
   or case when s.seqincrement > 0 then own.value < moved.value else own.value > moved.value end
"""
"""Never back: a client that came early to the closed side may have drawn a number there, and will use it."""

INSTALLED: Final[LiteralString] = """
select to_regclass('cutover.gate_state') is not null and to_regproc('cutover.close') is not null
   and to_regproc('cutover.refuse_write') is not null
"""

PREPARED_TRANSACTIONS: Final[LiteralString] = """
select count(*) from pg_prepared_xacts where database = current_database()
"""

LONGEST_TRANSACTION: Final[LiteralString] = """
select coalesce(max(extract(epoch from clock_timestamp() - a.xact_start)), 0)::float8
from pg_stat_activity a
where a.datname = current_database() and a.backend_type = 'client backend'
  and a.application_name not like 'cutover%%' and a.xact_start is not null
  and (a.backend_xid is not null
       or exists (select from pg_locks l where l.pid = a.pid and l.locktype = 'relation' and l.granted
                  and l.relation >= 16384
                  and l.mode in ('RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock',
                                 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')))
"""

MISSING_ROLES: Final[LiteralString] = """
select array(select role from unnest(array['pg_read_all_stats', 'pg_signal_backend']) as role
             where not pg_has_role(role, 'usage'))
"""
"""Without the first, other roles' sessions show neither transaction nor type, and would read as idle."""

MAY_END: Final[LiteralString] = """
    case when r.rolsuper then current_setting('is_superuser')::boolean else true end
"""
"""One session that may not be ended would fail the statement, and with it the ending of all others."""

LOCK_ROOM: Final[LiteralString] = """
select current_setting('max_locks_per_transaction')::int
     * (current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int)
"""

SLOT_WAL: Final[LiteralString] = """
select coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)), 0)::bigint from pg_replication_slots
where slot_type = 'logical' and database = current_database()
"""
"""A slot that was invalidated has no restart_lsn and keeps nothing. Neither a standby's slot nor another database's is
counted: alarms take a slot for the sign that replication has begun."""

CLOSE: Final = "select cutover.close(%s)"

CLOSE_WITHIN: Final[LiteralString] = f"""
select set_config('idle_in_transaction_session_timeout', %s, true), {CLOSE.removeprefix("select ")}
"""
"""The closing, after which its transaction may idle for so many milliseconds."""

IDLE_FOR_WHAT_IS_LEFT: Final[LiteralString] = (
    "select set_config('idle_in_transaction_session_timeout', greatest(1, round({left} - 1000 * extract(epoch from "
    "clock_timestamp() - transaction_timestamp())))::bigint::text, true);"
)
"""Of `left` milliseconds that there were when the transaction began; by the server's clock, and so in the round trip
that also waits for the locks. Counted from the locks on, a holder that stalls would keep everybody waiting for up to
twice the limit."""

CLOSING_PROOF: Final = "select obj_description(to_regclass('cutover.closed'), 'pg_class')"

REOPEN: Final = "select cutover.reopen()"

WRITE_HEARTBEAT: Final[LiteralString] = """
insert into cutover.heartbeat as h (id, beat, written_at) values (1, 1, clock_timestamp())
on conflict (id) do update set beat = h.beat + 1, written_at = clock_timestamp()
returning beat, written_at
"""

CREATE_GATE_TRIGGER: Final[LiteralString] = (
    f"create trigger {GATE_TRIGGER} before insert or update or delete or truncate on %s"
    " for each statement execute function cutover.refuse_write()"
)
"""On a table whose name is quoted already, by format('%I.%I') on the server.

No DROP TRIGGER IF EXISTS before it: that takes ACCESS EXCLUSIVE, so it would wait for every reader and stop new
ones."""

MAKE_GATE: Final[LiteralString] = f"""
do $gate$ declare
    names constant text[] := array(select json_array_elements_text(current_setting('cutover.tables')::json));
    name text;
begin
    foreach name in array names loop
        begin
            execute format('{CREATE_GATE_TRIGGER}', name);
        exception when lock_not_available or duplicate_object or undefined_table then null;
        end;
        commit;
    end loop;
end $gate$
"""
"""Each trigger in a transaction of its own: no table is locked for longer than the making of one."""

REMOVE_GATE: Final[LiteralString] = f"""
do $ungate$ declare
    names constant text[] := array(select json_array_elements_text(current_setting('cutover.tables')::json));
    name text;
begin
    foreach name in array names loop
        begin
            execute format('drop trigger if exists {GATE_TRIGGER} on %s', name);
            if not (select last_value = {OPEN} and to_regclass('cutover.closed') is null from cutover.gate_state) then
                raise read_only_sql_transaction;
            end if;
        exception
            when lock_not_available or deadlock_detected or undefined_table or read_only_sql_transaction then null;
        end;
        commit;
    end loop;
end $ungate$
"""
"""Each trigger in a transaction of its own, unless the gate turns out to be closed. That is asked again under the lock:
this controller may have been stopped since it saw an open gate, and another one has closed it for good. A closing has
every lock until its commit, so the answer is final."""

TABLES_TO_GATE: Final = "select set_config('cutover.tables', %s, false)"
"""What MAKE_GATE and REMOVE_GATE read: a JSON array of quoted names."""

TABLES_AT_ONCE: Final = 1_000
"""In one call of either: a statement that runs for minutes is one that a network forgets."""

WRITES: Final[LiteralString] = """
select format('%I.%I', schemaname, relname), n_tup_ins + n_tup_upd + n_tup_del from pg_stat_user_tables
"""

HELD_TABLES: Final[LiteralString] = """
select format('%I.%I', n.nspname, c.relname), count(distinct l.pid)
from pg_locks l join pg_class c on c.oid = l.relation join pg_namespace n on n.oid = c.relnamespace
where l.locktype = 'relation' and l.granted and l.pid is distinct from pg_backend_pid()
  and l.database = (select oid from pg_database where datname = current_database())
  and l.mode in ('RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock',
                 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
group by 1
"""
"""How many sessions hold a lock that the barrier's conflicts with, by table, at this moment."""

LONG_TRANSACTION: Final = 4
"""In patiences: a transaction that has been open for this long holds up all others, however busy it is."""

END_BLOCKERS: Final[LiteralString] = f"""
select a.pid, case when a.pid = any (%s::int[]) then pg_terminate_backend(a.pid) else false end
from pg_stat_activity a join pg_roles r on r.oid = a.usesysid
where a.pid = any (pg_blocking_pids(%s)) and a.backend_type = 'client backend' and {MAY_END}
  and a.wait_event_type is distinct from 'IO'
  and a.wait_event is distinct from 'WALWrite' and a.wait_event is distinct from 'SyncRep'
  and coalesce(a.xact_start < clock_timestamp() - {LONG_TRANSACTION} * %s
               or (a.wait_event_type is distinct from 'Lock'
                   and greatest(a.state_change, a.query_start) < clock_timestamp() - %s), true)
"""
"""Only what stands still for longer than the patience (in one statement, or idle in its transaction), or has its
transaction open for LONG_TRANSACTION times that. Others are on their way: ending them would be an error for a client
that is merely slow, and that an abort then can't take back. Whoever waits for a lock waits for one that stands still,
or for the barrier itself. Where the role may not see a session's times, it counts as standing still.

Only those are ended that the look before has found too (the first parameter): whoever waited for a long time and has
just been given its lock looks as if it stood still, until it goes on.

Sessions whose commit is on its way to the disk are left to it: they end by themselves, and ending them would
only keep the answer from a client whose write counts."""

END_BARRIER_SESSIONS: Final[LiteralString] = f"""
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and application_name = '{BARRIER_APPLICATION_NAME}'
"""

END_CLIENT_SESSIONS: Final[LiteralString] = f"""
select pg_terminate_backend(a.pid)
from pg_stat_activity a join pg_roles r on r.oid = a.usesysid
where a.datname = current_database() and a.backend_type = 'client backend'
  and a.pid <> pg_backend_pid() and a.application_name not like 'cutover%%'
  and (r.rolsuper or not r.rolreplication) and {MAY_END}
  and not exists (select from pg_auth_members m join pg_roles g on g.oid = m.roleid
                  where m.member = r.oid and g.rolname = 'rds_replication')
"""
"""A role with REPLICATION that is no superuser is a replication tool's: ending it would end the way back. Aurora gives
nobody the attribute; there a member of rds_replication is one."""

LARGE_OBJECTS: Final = "select count(*) from pg_largeobject_metadata"

FOREIGN_TABLES: Final[LiteralString] = f"""
select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'f' and {APPLICATION_SCHEMAS} order by 1
"""

DISABLED_TRIGGERS: Final[LiteralString] = f"""
select format('%I.%I', n.nspname, c.relname) {APPLICATION_TABLES} and not {GATED}
  and exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = '{GATE_TRIGGER}') order by 1
"""

REPLICATES: Final[LiteralString] = """
    not r.rolsuper and (r.rolreplication or exists (
        select from pg_auth_members m join pg_roles g on g.oid = m.roleid
        where m.member = r.oid and g.rolname = 'rds_replication'))
"""

REPLICA_DEFAULTS: Final[LiteralString] = f"""
select concat_ws(' in ', 'role ' || r.rolname, 'database ' || d.datname)
from pg_db_role_setting s
left join pg_roles r on r.oid = s.setrole
left join pg_database d on d.oid = s.setdatabase
where (s.setdatabase = 0 or d.datname = current_database())
  and exists (select from unnest(s.setconfig) as setting where setting ~* '^session_replication_role=replica$')
  and (r.oid is null or not ({REPLICATES}))
union all
select 'the server' from pg_settings
where name = 'session_replication_role' and reset_val = 'replica' and source in ('configuration file', 'command line')
order by 1
"""
"""A role that replicates is meant to have it."""

SUPERUSER_SESSIONS: Final[LiteralString] = """
select distinct a.usename::text
from pg_stat_activity a join pg_roles r on r.oid = a.usesysid
where a.datname = current_database() and a.backend_type = 'client backend' and r.rolsuper
  and a.application_name not like 'cutover%%' and a.usename <> 'rdsadmin'
order by 1
"""
"""rdsadmin is Amazon's own, in every RDS and Aurora database."""

SERVER_COUNTERS: Final[LiteralString] = """
select clock_timestamp(), pg_postmaster_start_time(),
       (select stats_reset from pg_stat_database where datname = current_database()),
       pg_snapshot_xmax(pg_current_snapshot())::text::bigint, pg_current_wal_lsn()::text,
       (select count(*) from pg_largeobject_metadata),
       (select sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint from pg_stat_all_tables
        where relid in ('pg_largeobject'::regclass, 'pg_largeobject_metadata'::regclass))
"""

TABLE_WRITES: Final[LiteralString] = f"""
select format('%I.%I', n.nspname, c.relname),
       pg_stat_get_tuples_inserted(c.oid) + pg_stat_get_tuples_updated(c.oid) + pg_stat_get_tuples_deleted(c.oid),
       coalesce(pg_relation_filenode(c.oid), 0)::bigint
{APPLICATION_TABLES} order by 1
"""

APPLIERS: Final[LiteralString] = f"""
select 'subscription ' || s.subname, (
    select array_agg(format('%I.%I', n.nspname, c.relname) order by 1)
    from pg_subscription_rel sr join pg_class c on c.oid = sr.srrelid join pg_namespace n on n.oid = c.relnamespace
    where sr.srsubid = s.subid)
from (select distinct w.subid, w.subname from pg_stat_subscription w join pg_stat_activity a on a.pid = w.pid
      where a.datname = current_database()) s
union all
select distinct 'role ' || r.rolname, null::text[]
from pg_stat_activity a join pg_roles r on r.oid = a.usesysid
where a.datname = current_database() and a.backend_type = 'client backend' and {REPLICATES}
  and a.usename <> session_user and a.application_name not like 'cutover%'
"""
"""A subscription that works here, and each replication tool that is connected: what that applies is its own affair.

The cutover's own role replicates too, because it makes slots (docs/source-roles.sql); it applies nothing. Were its
sessions counted, the one that asks would explain every write."""


def gate_statements(tables: Iterable[str]) -> str:
    """One statement a table."""
    return "".join(f"{CREATE_GATE_TRIGGER % table};" for table in tables)
