"""The source's columns: what DMS rounds, cuts off, or brings along where the target refuses it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from cutover.preflight import documentation as doc
from cutover.preflight import sql
from cutover.preflight.check import (
    Check,
    Finding,
    Rows,
    Side,
    Verdict,
    listed,
    none_of,
    passed,
)
from cutover.preflight.questions import source
from cutover.preflight.told import Told

MOST_DECIMALS: Final = 6
"""DMS reads a NUMERIC without precision as NUMERIC(28,6)."""

KNOWN_TYPES: Final = (
    "int2,int4,int8,numeric,float4,float8,money,bpchar,char,varchar,text,bytea,timestamp,timestamptz,date,time,timetz,"
    "interval,bool,bit,varbit,cidr,inet,macaddr,macaddr8,uuid,xml,json,jsonb,tsvector,tsquery,point,line,lseg,box,path,"
    "polygon,circle,int4range,int8range,numrange,daterange,tsrange,tstzrange,oid,name"
)
"""Of PostgreSQL's own, those in DMS's table of source types; oid and name are checked elsewhere or are texts."""


def unconstrained_numeric(_told: Told, rows: Rows) -> Finding:
    if not rows:
        return passed("no NUMERIC without a precision")
    rounded = int(rows[0]["rounded"])
    what = "NUMERIC column|NUMERIC columns without a precision, which DMS reads as NUMERIC(28,6)"
    if not rounded:
        return listed(rows, Verdict.WARN, what)
    found = listed(rows, Verdict.FAIL, what)
    return replace(
        found, fact=f"{found.fact}; statistics show values of {rounded} that would be rounded"
    )


def lob_size(told: Told, rows: Rows) -> Finding:
    limit = told.values()["lob_bytes"] // 1024
    large = tuple(row for row in rows if row["large"])
    if large:
        return listed(
            large,
            Verdict.FAIL,
            f"table|tables with values over the limit of {limit} KB",
        )
    if rows:
        return listed(
            rows,
            Verdict.UNKNOWN,
            f"table|tables that may hold a value of more than {limit} KB, as not all of it was read",
        )
    return passed(f"no table holds a value of more than {limit} KB")


def lob_not_null(told: Told, rows: Rows) -> Finding:
    if not told.full_lob_mode:
        total = int(rows[0]["total"]) if rows else 0
        return passed(f"does not apply in limited LOB mode: {total} NOT NULL columns of LOB types")
    if not rows:
        return passed("no NOT NULL column of a LOB type")
    return listed(
        rows, Verdict.WARN, "NOT NULL column|NOT NULL columns of LOB types, in full LOB mode"
    )


def generated_columns(told: Told, rows: Rows) -> Finding:
    what = "generated column|generated columns, whose values the target refuses"
    if not rows:
        return passed("no generated column but those in source.generated_columns")
    return listed(rows, Verdict.FAIL if told.settings else Verdict.WARN, what)


NUMERIC: Final = r"""    select c.name as object, c.declared as detail,
           '-- choose the precision: alter table ' || c.table_name || ' alter ' || quote_ident(c.attname)
           || ' type numeric(p, s);' as fix,
           exists (select from pg_stats s where s.schemaname = c.nspname and s.tablename = c.relname
                   and s.attname = c.attname
                   and concat_ws(',', s.most_common_vals::text, s.histogram_bounds::text)
                       ~ '\.[0-9]{6}[0-9]*[1-9]') as rounded
    from columns c where c.typname = 'numeric' and c.typnamespace = 'pg_catalog'::regnamespace and c.typmod = -1"""

UNCONSTRAINED: Final = f"""\
with {sql.COLUMNS}
select object, detail, fix, count(*) over () as total, count(*) filter (where rounded) over () as rounded from (
{NUMERIC}
) found order by rounded desc, object limit %(objects)s::int"""

WIDE_NUMERIC: Final = """\
    select c.name as object, c.declared as detail, '' as fix
    from columns c where c.typname = 'numeric' and c.typnamespace = 'pg_catalog'::regnamespace and c.typmod <> -1
      and ((c.typmod - 4) >> 16) & 65535 > 38"""

LOB_WITHOUT_KEY: Final = f"""\
    select c.name as object, c.declared as detail, '' as fix from columns c
    where {sql.LOB} and c.typcategory <> 'A' and {sql.NO_PRIMARY_KEY_ANYWHERE}"""

ARRAY_WITHOUT_KEY: Final = f"""\
    select c.name as object, c.declared as detail, '' as fix from columns c
    where c.typcategory = 'A' and {sql.NO_PRIMARY_KEY_ANYWHERE}"""

READ_PAGES: Final = 1000
"""Of 8 KB, of one table: a smaller one is read whole, of a larger one a sample of so many."""
ALL_PAGES: Final = 20_000
"""Of all tables together: the more there are, the less of each."""
READ_LARGE: Final = 64 * 1024 * 1024
"""Bytes of large values that are unpacked to see how long they are; a text's length is known without."""
MOST_READ: Final = 200
"""Tables that are looked into, those with the least first."""

LOB_SIZE: Final = f"""\
with {sql.TABLES},
seen as (
    select t.oid, t.name, pg_relation_size(k.reltoastrelid) as size,
           greatest(k.reltuples, pg_stat_get_live_tuples(t.oid), 0) as rows, lobs.*
    from tables t join pg_class k on k.oid = t.oid
    cross join lateral (
        select count(*) as many, bool_and(v.raw) as raw,
               string_agg(case when v.raw then v.raw_length else v.length end, ', ') as lengths,
               string_agg(case when v.raw then v.raw_length else v.stored end, ', ') as at_least
        from pg_attribute a join pg_type y on y.oid = a.atttypid
        join pg_type c on c.oid = case when y.typtype = 'd' then y.typbasetype else y.oid end
        cross join lateral (
            select c.typname in ('text', 'citext', 'bytea') as raw,
                   format('octet_length(%%I)', a.attname) as raw_length,
                   format('octet_length(%%I::text)', a.attname) as length,
                   format('pg_column_size(%%I)', a.attname) as stored) as v
        where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and {sql.LOB}) as lobs
    where t.relkind = 'r' and k.reltoastrelid <> 0 and lobs.many > 0
), beyond as (
    select *, sum(size) over (order by size, name) as together, row_number() over (order by size, name) as number,
           pg_relation_size(oid) / 8192 as pages,
           greatest(10, least({READ_PAGES}, {ALL_PAGES} / count(*) over ())) as may_read
    from seen where size > %(lob_bytes)s::int
), asked as (
    select *, pages <= may_read and (raw or together <= {READ_LARGE}) as whole,
           case when not has_table_privilege(oid, 'select') then current_user || ' may not read it'
                when row_security_active(oid) then 'row-level security hides rows from ' || current_user
                when number > {MOST_READ} then 'only {MOST_READ} tables are looked into' end as reason
    from beyond
), answered as (
    select a.*, coalesce(found.rows_seen, 0) as rows_seen, coalesce(found.longest, 0) as longest
    from asked a
    cross join lateral (
        select max(split_part(word, ' ', 2)::bigint) filter (where word like 'rows %%') as rows_seen,
               max(split_part(word, ' ', 2)::bigint) filter (where word like 'longest %%') as longest
        from ts_stat(case when a.reason is null then format(
            'select array_to_tsvector(array[''rows '' || count(*), ''longest '' || coalesce(max(greatest(%%s)), 0)])'
            ' from only %%s%%s',
            case when a.whole then a.lengths else a.at_least end, a.name,
            case when a.pages > a.may_read then ' tablesample system (' || 100.0 * a.may_read / a.pages || ')'
                 else '' end) end)) as found
), judged as (
    select *, longest > %(lob_bytes)s::int
              or (rows > 0 and size / greatest(rows, 1) / many > %(lob_bytes)s::int) as large
    from answered
)
select name as object,
       case when longest > %(lob_bytes)s::int then 'one of ' || pg_size_pretty(longest)
            when large then 'a mean of ' || pg_size_pretty((size / greatest(rows, 1) / many)::bigint)
            when reason is not null then reason
            else rows_seen || ' rows seen, the longest value ' || pg_size_pretty(longest)
                 || case when pages > may_read then '' else ' as it is stored' end end as detail,
       case when large then ''
            else '-- at a quiet time: select max(greatest(' || lengths || ')) from ' || name || ';' end as fix,
       large, count(*) over (partition by large) as total
from judged where large or not whole or reason is not null
order by large desc, name limit %(objects)s::int"""
"""A value above the limit proves it, wherever it is seen; that there is none is known of what was read whole. What is
kept out of line, compressed, proves it by its mean too. pg_stats.avg_width would not do: it counts the pointers.

ts_stat runs a query that is a text, and answers in words: the one way to look into tables that are not known before,
without libxml, and without a function of our own."""

LOB_NOT_NULL: Final = f"""\
    select c.name as object, c.declared as detail, '' as fix from columns c
    where {sql.LOB} and c.attnotnull
      and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'p'
                      and c.attnum = any(k.conkey))"""

GENERATED: Final = """\
    select c.name as object, case c.attgenerated when 's' then 'stored' else 'virtual' end as detail, '' as fix
    from columns c where c.attgenerated <> ''
      and c.nspname || '.' || c.relname || '.' || c.attname <> all(%(generated)s::text[])"""

IDENTITY_ALWAYS: Final = """\
    select c.name as object, '' as detail,
           'alter table ' || c.table_name || ' alter ' || quote_ident(c.attname) || ' set generated by default;' as fix
    from columns c where c.attidentity = 'a'"""

OF_AN_EXTENSION: Final = """exists (select from pg_depend d where d.classid = 'pg_type'::regclass
                  and d.objid in (c.type, (select y.typelem from pg_type y
                                           where y.oid = c.type and y.typcategory = 'A'))
                  and d.deptype = 'e')"""

OWN_TYPES: Final = f"""\
    select c.name as object,
           c.declared || case coalesce(e.typtype, c.typtype) when 'e' then ', an enum' when 'c' then ', composite'
                         when 'r' then ', a range' when 'm' then ', a multirange'
                         else case when c.declared_kind = 'd' then ', a domain' else '' end end as detail,
           '' as fix
    from columns c
    left join pg_type e on e.oid = (select y.typelem from pg_type y where y.oid = c.type and y.typcategory = 'A')
    where (c.declared_kind = 'd' or coalesce(e.typnamespace, c.typnamespace) <> 'pg_catalog'::regnamespace)
      and not {OF_AN_EXTENSION}"""

EXTENSION_TYPES: Final = f"""\
    select c.name as object, c.declared as detail, '' as fix from columns c
    where c.typname not in ('hstore', 'citext', 'lo', '_hstore', '_citext') and {OF_AN_EXTENSION}"""

EXOTIC: Final = f"""\
    select c.name as object, c.declared as detail, '' as fix
    from columns c
    left join pg_type e on e.oid = (select y.typelem from pg_type y where y.oid = c.type and y.typcategory = 'A')
    where coalesce(e.typnamespace, c.typnamespace) = 'pg_catalog'::regnamespace
      and coalesce(e.typname, c.typname)::text <> all('{{{KNOWN_TYPES}}}'::text[])"""

OF_LARGE_OBJECTS: Final = """\
    select c.name as object, c.declared as detail, '' as fix from columns c
    where c.typname = 'lo' or (c.typname = 'oid' and c.typnamespace = 'pg_catalog'::regnamespace)"""


def columns(body: str) -> str:
    return sql.listing(body, over=sql.COLUMNS)


SOURCE_COLUMNS: Final[tuple[Check, ...]] = (
    Check(
        id="unconstrained-numeric",
        title="Every NUMERIC has a precision",
        side=Side.SOURCE,
        threshold="none without; else warn, and fail where statistics show more than 6 decimals",
        asks=source(UNCONSTRAINED),
        judge=unconstrained_numeric,
        remedy="give the columns a precision that holds every value; validation tells what was rounded",
        documentation=doc.DMS_SOURCE,
    ),
    Check(
        id="wide-numeric",
        title="No NUMERIC is wider than DMS carries as a number",
        side=Side.SOURCE,
        threshold="precision up to 38; else warn",
        asks=source(columns(WIDE_NUMERIC)),
        judge=none_of(
            "NUMERIC column|NUMERIC columns with more than 38 digits, which DMS carries as text",
            Verdict.WARN,
        ),
        remedy="lower the precision, or validate these columns",
        documentation=doc.DMS_SOURCE,
    ),
    Check(
        id="lob-without-key",
        title="Tables with large values have a primary key",
        side=Side.SOURCE,
        threshold="no column of a LOB type in a table without one; else fail",
        asks=source(columns(LOB_WITHOUT_KEY)),
        judge=none_of("column|columns of LOB types in tables without a primary key", Verdict.FAIL),
        remedy="add a primary key: DMS finds the row of a large value by it",
        documentation=doc.DMS_LOBS,
    ),
    Check(
        id="lob-size",
        title="Large values stay below the limit of the task",
        side=Side.SOURCE,
        threshold="no value > dms.lob_max_kilobytes, else fail; what is too large to be read whole: unknown",
        asks=source(LOB_SIZE),
        judge=lob_size,
        remedy="raise dms.lob_max_kilobytes to the longest value (select max(pg_column_size(...)) at a quiet time)",
        documentation=doc.DMS_LOBS,
        # The task itself stops at a value that is too long.
        counts=False,
    ),
    Check(
        id="lob-not-null",
        title="Large values may be null where DMS writes them last",
        side=Side.SOURCE,
        threshold="no NOT NULL column of a LOB type in full LOB mode; else warn",
        asks=source(columns(LOB_NOT_NULL)),
        judge=lob_not_null,
        remedy="use limited LOB mode, or drop NOT NULL on the target for the load",
        documentation=doc.DMS_ASSESSMENT,
    ),
    Check(
        id="array-without-key",
        title="Tables with arrays have a primary key",
        side=Side.SOURCE,
        threshold="none without; else fail",
        asks=source(columns(ARRAY_WITHOUT_KEY)),
        judge=none_of(
            "array column|array columns in tables without a primary key: DMS suspends these",
            Verdict.FAIL,
        ),
        remedy="add a primary key",
        documentation=doc.DMS_ASSESSMENT,
    ),
    Check(
        id="generated-columns",
        title="Generated columns are taken out of the stream",
        side=Side.SOURCE,
        threshold="each in source.generated_columns; else fail (without settings: warn)",
        asks=source(columns(GENERATED)),
        judge=generated_columns,
        remedy="name each in source.generated_columns: the mapping then takes it out",
        documentation=doc.SETTINGS,
    ),
    Check(
        id="identity-always",
        title="Identity columns take the value that DMS brings",
        side=Side.SOURCE,
        threshold="none GENERATED ALWAYS AS IDENTITY; else warn",
        asks=source(columns(IDENTITY_ALWAYS)),
        judge=none_of("column is|columns are GENERATED ALWAYS AS IDENTITY", Verdict.WARN),
        remedy="make them BY DEFAULT before the schema is copied, for the way there and the way back",
        documentation=doc.postgres("sql-altertable.html"),
    ),
    Check(
        id="user-defined-types",
        title="Columns have types that DMS knows",
        side=Side.SOURCE,
        threshold="no column of an enum, domain, composite or range made by a user; else warn",
        asks=source(columns(OWN_TYPES)),
        judge=none_of(
            "column|columns of types made by a user, which DMS carries as text", Verdict.WARN
        ),
        remedy="make the types and tables on the target from the source's schema before the load, and validate",
        documentation=doc.DMS_SOURCE,
    ),
    Check(
        id="extension-types",
        title="Columns have types that DMS carries",
        side=Side.SOURCE,
        threshold="no column of an extension's type but citext and hstore; else warn",
        asks=source(columns(EXTENSION_TYPES)),
        judge=none_of("column|columns of types that an extension brings", Verdict.WARN),
        remedy="try the table with a task of its own first; what DMS can't carry is copied by pg_dump --data-only",
        documentation=doc.DMS_SOURCE,
    ),
    Check(
        id="exotic-types",
        title="Columns have types that DMS lists",
        side=Side.SOURCE,
        threshold="no column of a type that is not in DMS's list of source types; else warn",
        asks=source(columns(EXOTIC)),
        judge=none_of("column|columns of types that DMS does not list", Verdict.WARN),
        remedy="try the table with a task of its own first, or change the type to text",
        documentation=doc.DMS_SOURCE,
    ),
    Check(
        id="large-object-columns",
        title="No column points at a large object",
        side=Side.SOURCE,
        threshold="none of type oid or lo; else warn",
        asks=source(columns(OF_LARGE_OBJECTS)),
        judge=none_of(
            "column|columns of type oid or lo, which may point at large objects", Verdict.WARN
        ),
        remedy="move what they point at into bytea columns",
        documentation=doc.DMS_SOURCE,
    ),
)
