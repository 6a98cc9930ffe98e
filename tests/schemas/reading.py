"""What a schema has, read from the catalogs for expected.toml, by queries that share nothing with the preflight.

`python -m tests.schemas.reading NAME` loads one schema and prints its objects under the ids of the checks they concern.
Whoever writes expected.toml starts from that, and looks up in schema.sql why each is there.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Final

import psycopg

from rehearsal.servers.run_directory import RunDirectory
from tests.postgres.versions import Servers
from tests.schemas.loading import HERE, load, read

OURS: Final = """
with spaces as (
    select oid, quote_ident(nspname) as space from pg_namespace
    where nspname not like 'pg\\_%' and nspname <> 'information_schema'),
brought as (select objid, classid from pg_depend where deptype = 'e'),
t as (
    select c.*, space || '.' || quote_ident(relname) as name,
           exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary) as keyed
    from pg_class c join spaces s on s.oid = c.relnamespace
    where relkind in ('r', 'p') and c.oid not in (select objid from brought where classid = 'pg_class'::regclass)),
a as (
    select t.name || '.' || quote_ident(attname) as col, t.name as tab, t.keyed, a.*, y.typname,
           case when y.typelem <> 0 and y.typlen = -1 then y.typelem else y.oid end as element,
           y.typelem <> 0 and y.typlen = -1 as many,
           case when y.typtype = 'd' then y.typbasetype else y.oid end as base,
           case when y.typtype = 'd' then y.typtypmod else a.atttypmod end as modifier
    from t join pg_attribute a on a.attrelid = t.oid and attnum > 0 and not attisdropped
    join pg_type y on y.oid = a.atttypid
    where not t.relispartition),
k as (select t.name || '.' || quote_ident(conname) as con, t.name as tab, n.* from pg_constraint n
      join t on t.oid = n.conrelid where n.conparentid = 0),
i as (select space || '.' || quote_ident(x.relname) as idx, n.* from pg_index n
      join t on t.oid = n.indrelid join pg_class x on x.oid = n.indexrelid join spaces s on s.oid = x.relnamespace
      where not x.relispartition)
"""

LOB: Final = """(many or (select b.typname in ('text', 'bytea', 'json', 'jsonb', 'xml', 'tsvector', 'tsquery', 'hstore',
 'citext') from pg_type b where b.oid = a.base))"""

QUERIES: Final[Mapping[str, str]] = {
    "tables-without-key": "select name from t where not keyed and relreplident = 'd'",
    "identity-without-primary-key": "select name from t where not keyed and relreplident in ('f', 'i')",
    "replica-identity-nothing": "select name from t where relreplident = 'n'",
    "replica-identity-full": "select name from t where keyed and relreplident = 'f'",
    "deferrable-primary-keys": "select con from k where contype = 'p' and condeferrable",
    "deferrable-constraints": "select con from k where contype in ('u', 'f', 'x') and condeferrable",
    "key-updates": "select con from k where contype = 'f' and confupdtype in ('c', 'n', 'd')",
    "key-columns-not-validated": f"""
        select col from a join i on i.indrelid = attrelid and indisprimary and attnum = any(indkey)
        where {LOB} or (select b.typname in ('varchar', 'bpchar') from pg_type b where b.oid = a.base)
          and (modifier = -1 or modifier - 4 >= 1024)""",
    "invalid-indexes": "select idx from i where not indisvalid",
    "unique-expressions": "select idx from i where indisunique and (indpred is not null or indexprs is not null)",
    "not-valid-constraints": "select con from k where not convalidated",
    "unlogged-tables": "select name from t where relpersistence = 'u'",
    "partitioned-tables": "select name from t where relkind = 'p'",
    "inherited-tables": "select name from t where not relispartition and oid in (select inhrelid from pg_inherits)",
    "case-twins": """
        select name from t where exists (select from t o
        where o.oid <> t.oid and o.relnamespace = t.relnamespace and lower(o.relname) = lower(t.relname))""",
    "awkward-names": """
        select name from t where relname ~ '[][%."]' union all select col from a where attname ~ '[][%."]'""",
    "unconstrained-numeric": "select col from a where base = 'numeric'::regtype and modifier = -1",
    "wide-numeric": "select col from a where base = 'numeric'::regtype and (modifier - 4) >> 16 > 38",
    # An array is carried as a LOB too, but without a key it is told by array-without-key, and once is enough.
    "lob-without-key": f"select col from a where not keyed and not many and {LOB}",
    "array-without-key": "select col from a where not keyed and many",
    "generated-columns": "select col from a where attgenerated <> ''",
    "identity-always": "select col from a where attidentity = 'a'",
    "user-defined-types": """
        select col from a join pg_type e on e.oid = element where e.typtype in ('e', 'd', 'c', 'r', 'm')
        and e.typnamespace <> 'pg_catalog'::regnamespace
        and e.oid not in (select objid from brought where classid = 'pg_type'::regclass)""",
    "extension-types": """
        select col from a join brought on classid = 'pg_type'::regclass and objid = element
        join pg_type e on e.oid = element where e.typname not in ('citext', 'hstore')""",
    "exotic-types": """
        select col from a join pg_type e on e.oid = base
        where e.typname ~ '^(txid_snapshot|pg_snapshot|pg_lsn|reg.*|xid8?|tid|cid|jsonpath)$'""",
    "large-object-columns": "select col from a where base = 'oid'::regtype or typname = 'lo'",
    "row-level-security": "select name from t where relrowsecurity",
    "always-triggers": """
        select t.name || '.' || quote_ident(tgname) from pg_trigger g join t on t.oid = tgrelid
        where tgenabled in ('A', 'R') and not tgisinternal""",
    "rules": """
        select t.name || '.' || quote_ident(rulename) from pg_rewrite join t on t.oid = ev_class
        where ev_type <> '1'""",
    "event-triggers": "select quote_ident(evtname) from pg_event_trigger where evtenabled <> 'D'",
    "materialized-views": """
        select space || '.' || quote_ident(relname) from pg_class c join spaces s on s.oid = relnamespace
        where relkind = 'm'""",
    "foreign-tables": """
        select space || '.' || quote_ident(relname) from pg_class c join spaces s on s.oid = relnamespace
        where relkind = 'f'""",
    "functions-in-c": """
        select p.oid::regprocedure::text from pg_proc p join spaces s on s.oid = pronamespace
        join pg_language l on l.oid = prolang where lanname in ('c', 'internal') and prokind <> 'a'
        and p.oid not in (select objid from brought where classid = 'pg_proc'::regclass)""",
    "languages": """
        select p.oid::regprocedure::text from pg_proc p join spaces s on s.oid = pronamespace
        join pg_language l on l.oid = prolang where lanname not in ('c', 'internal', 'sql', 'plpgsql')
        and p.oid not in (select objid from brought where classid = 'pg_proc'::regclass)""",
    "user-collations": """
        select col from a join pg_collation c on c.oid = attcollation
        where not collisdeterministic or collnamespace <> 'pg_catalog'::regnamespace""",
}
"""By the id of the check, the query for the names of what it is about."""


def objects(session: psycopg.Connection[Any]) -> dict[str, list[str]]:
    """What the database of `session` has under each id, sorted by name."""
    # A type or a function is named without its schema where the schema is on the search path.
    session.execute("set search_path = ''")
    return {
        check: sorted(row[0] for row in session.execute((OURS + query).encode()).fetchall())
        for check, query in QUERIES.items()
    }


def count_tables(session: psycopg.Connection[Any]) -> int:
    """Tables, partitioned ones and partitions, but for those of extensions."""
    (number,) = session.execute((OURS + "select count(*) from t").encode()).fetchone() or (0,)
    return int(number)


def main(name: str) -> None:
    schema = read(HERE / name)
    with (
        RunDirectory() as run,
        Servers(run).place(schema.major, name, lambda place: load(schema, place)) as place,
        place.connect(user="postgres") as session,
    ):
        sys.stdout.write(f"tables = {count_tables(session)}\n\n[findings]\n")
        for check, names in objects(session).items():
            if names:
                listed = "".join(f"    '{each}',\n" for each in names)
                sys.stdout.write(f"{check} = [\n{listed}]\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
