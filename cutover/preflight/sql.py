"""What the queries share. Each is one statement over catalogs, so that it takes no lock beyond ACCESS SHARE."""

from __future__ import annotations

from typing import Final

SCOPE: Final = """\
scope as (
    select n.oid, n.nspname from pg_namespace n
    where n.nspname not in ('pg_catalog', 'information_schema', 'cutover', 'awsdms_control')
      and n.nspname !~ '^pg_'
      and (%(schemas)s::text[] is null or n.nspname = any(%(schemas)s::text[]))
)"""
"""The schemas that are moved."""

TABLES: Final = (
    SCOPE
    + """,
tables as (
    select c.oid, s.nspname, c.relname, c.relkind, c.relpersistence, c.relreplident, c.relrowsecurity,
           c.relforcerowsecurity, c.relowner, c.relispartition, c.reltablespace, c.relacl,
           quote_ident(s.nspname) || '.' || quote_ident(c.relname) as name
    from pg_class c join scope s on s.oid = c.relnamespace
    where c.relkind in ('r', 'p') and c.relpersistence <> 't'
      and c.relname !~ '^awsdms_'
      and s.nspname || '.' || c.relname <> all(%(excluded)s::text[])
      and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
                      and d.deptype = 'e')
)"""
)
"""Their tables, partitions too, but for what stays behind and what an extension brings along."""

COLUMNS: Final = (
    TABLES
    + """,
columns as (
    select t.oid, t.nspname, t.relname, t.relkind, t.name as table_name, a.attname, a.attnum, a.attnotnull,
           a.attidentity, a.attgenerated, a.attcollation,
           t.name || '.' || quote_ident(a.attname) as name,
           y.typtype as declared_kind,
           case when y.typtype = 'd' and a.atttypmod = -1 then y.typtypmod else a.atttypmod end as typmod,
           format_type(a.atttypid, a.atttypmod) as declared,
           b.oid as type, b.typname, b.typtype, b.typcategory, b.typnamespace
    from tables t
    join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    join pg_type y on y.oid = a.atttypid
    join pg_type b on b.oid = case when y.typtype = 'd' then y.typbasetype else y.oid end
    where not t.relispartition
)"""
)
"""Their columns, of a partitioned table once; a domain's with the type that it is made from."""

LOB: Final = """(
    (c.typnamespace = 'pg_catalog'::regnamespace and c.typname in ('text', 'json', 'jsonb', 'bytea', 'xml',
                                                                   'tsvector', 'tsquery'))
    or c.typname in ('hstore', 'citext') or c.typcategory = 'A')"""
"""What DMS carries as a LOB (user guide, "Using a PostgreSQL database as a source": data types)."""

PRIMARY_KEY: Final = (
    "exists (select from pg_constraint k where k.conrelid = {table} and k.contype = 'p')"
)

NO_PRIMARY_KEY_ANYWHERE: Final = """(
    case when c.relkind = 'r' then not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'p')
    else not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'p')
         and exists (select from pg_partition_tree(c.oid) p where p.isleaf and not exists (
             select from pg_constraint k where k.conrelid = p.relid and k.contype = 'p'))
    end)"""
"""Of a column's table, or of a partition of it, which is what is replicated."""


def listing(body: str, *, over: str = TABLES) -> str:
    """A query for the rows of `body` (object, detail, fix) and their number: the first by name, so that a database with
    a hundred thousand of them is answered as quickly."""
    return f"""\
with {over}
select object, detail, fix, count(*) over () as total from (
{body}
) found order by object, detail limit %(objects)s::int"""


ROLE: Final = "coalesce(%(replication_role)s::text, current_user::text)"
CUTOVER_ROLE: Final = "coalesce(%(cutover_role)s::text, current_user::text)"
TARGET_ROLE: Final = "coalesce(%(target_replication_role)s::text, current_user::text)"


def timeouts(role: str) -> str:
    """What ends a session of `role` by time, as the role would have it: its own setting in this database goes before
    its own, that before the database's, that before the server's."""
    return f"""\
with given as (
    select split_part(setting, '=', 1) as name, substr(setting, strpos(setting, '=') + 1) as value,
           case when s.setrole <> 0 and s.setdatabase <> 0 then 1 when s.setrole <> 0 then 2
                when s.setdatabase <> 0 then 3 else 4 end as place
    from pg_db_role_setting s cross join unnest(s.setconfig) as setting
    where s.setrole in (select 0 union all select oid from pg_roles where rolname = {role})
      and s.setdatabase in (select 0 union all select oid from pg_database where datname = current_database())
)
select p.name, {role} as role,
       coalesce((select value from given where given.name = p.name order by place limit 1), p.reset_val) as value
from pg_settings p
where p.name in ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout',
                 'idle_session_timeout')
order by p.name"""


NONE: Final = "nothing as (select 1)"
"""For listings that look at no table."""


def set_in_configuration(name: str, value: str, *, restart: bool = False) -> str:
    """The statement; the comment after it says when it takes effect."""
    how = (
        "then restart the server"
        if restart
        else "then SELECT pg_reload_conf() or restart the server"
    )
    return f"alter system set {name} = '{value}';  -- {how}"
