"""What else the source has: objects that replication does not carry, or that work against it."""

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
    failed,
    listed,
    none_of,
    only,
    passed,
    warned,
)
from cutover.preflight.questions import source
from cutover.preflight.told import Told

LANGUAGES: Final = (
    "internal",
    "c",
    "sql",
    "plpgsql",
    "plperl",
    "pltcl",
    "plv8",
    "plrust",
    "plcoffee",
    "plls",
    "plprql",
)
"""That Aurora PostgreSQL has (extension lists of its user guide); untrusted ones it has not."""


def large_objects(told: Told, rows: Rows) -> Finding:
    count = only(rows)["count"]
    if not count:
        return passed("no large object")
    if told.settings and told.settings.large_objects_unused:
        return warned(f"{count} large objects, said to be unused (cutover.large_objects_unused)")
    return failed(f"{count} large objects, which neither DMS nor the gate covers")


def row_level_security(told: Told, rows: Rows) -> Finding:
    if not rows:
        return passed("no table with row-level security")
    hidden = int(rows[0]["hidden"])
    if hidden:
        return listed(
            rows,
            Verdict.FAIL,
            "table|tables with row-level security: rows are hidden from the role of DMS",
        )
    if told.replication_role is None:
        found = listed(
            rows,
            Verdict.WARN,
            "table|tables with row-level security, which the role that asked bypasses; the role of DMS has to as well",
        )
        return replace(found, fixes=())
    return passed(
        f"{told.replication_role} bypasses the row-level security of {rows[0]['total']} tables"
    )


def near_end(_told: Told, rows: Rows) -> Finding:
    if not rows:
        return passed("no sequence is near its end")
    worst = Verdict.FAIL if any(row["exhausted"] for row in rows) else Verdict.WARN
    return listed(rows, worst, "sequence is|sequences are near the end")


def for_all_tables(_told: Told, rows: Rows) -> Finding:
    if not rows:
        return passed("no publication is for all tables")
    without = int(rows[0]["without"])
    found = listed(
        rows,
        Verdict.FAIL if without else Verdict.WARN,
        "publication is|publications are for all tables",
    )
    if not without:
        return found
    return replace(
        found,
        fact=f"{found.fact}; {without} tables without a replica identity refuse UPDATE and DELETE already",
    )


RLS: Final = f"""\
with {sql.TABLES}
select t.name as object, '' as detail, count(*) over () as total,
       count(*) filter (where not coalesce(
           r.rolsuper or r.rolbypassrls or (pg_has_role(r.oid, t.relowner, 'usage') and not t.relforcerowsecurity),
           false)) over () as hidden,
       'alter role ' || quote_ident({sql.ROLE}) || ' bypassrls;' as fix
from tables t left join pg_roles r on r.rolname = {sql.ROLE}
where t.relrowsecurity order by t.name limit %(objects)s::int"""

ALWAYS_TRIGGERS: Final = """\
    select t.name || '.' || quote_ident(g.tgname) as object,
           case g.tgenabled when 'A' then 'ENABLE ALWAYS' else 'ENABLE REPLICA' end as detail,
           'alter table ' || t.name || ' enable trigger ' || quote_ident(g.tgname)
           || ';  -- fires for sessions of the ordinary kind only' as fix
    from tables t join pg_trigger g on g.tgrelid = t.oid
    where not g.tgisinternal and g.tgenabled in ('A', 'R')"""

RULES: Final = """\
    select t.name || '.' || quote_ident(w.rulename) as object,
           'on ' || case w.ev_type when '2' then 'UPDATE' when '3' then 'INSERT' else 'DELETE' end as detail,
           '' as fix
    from tables t join pg_rewrite w on w.ev_class = t.oid where w.ev_type in ('2', '3', '4')"""

EVENT_TRIGGERS: Final = """\
    select quote_ident(e.evtname) as object, e.evtevent as detail, '' as fix
    from pg_event_trigger e
    where e.evtenabled <> 'D' and e.evtname !~ '^cutover_ddl_' and e.evtname !~ '^awsdms_'
      and not exists (select from pg_depend d where d.classid = 'pg_event_trigger'::regclass and d.objid = e.oid
                      and d.deptype = 'e')"""

NEAR_END: Final = f"""\
with {sql.SCOPE},
sequences as (
    select quote_ident(s.nspname) || '.' || quote_ident(c.relname) as name, q.*, pg_sequence_last_value(c.oid) as value
    from pg_class c join scope s on s.oid = c.relnamespace join pg_sequence q on q.seqrelid = c.oid
    where c.relkind = 'S' and not q.seqcycle
      and has_sequence_privilege(q.seqrelid, 'select, usage')
), left_over as (
    select *, case when seqincrement > 0 then (seqmax::numeric - value) else (value - seqmin::numeric) end as room,
           (seqmax::numeric - seqmin) as whole,
           'alter sequence ' || name || ' as bigint no '
           || case when seqincrement > 0 then 'maxvalue;' else 'minvalue;' end as wider,
           exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = seqrelid
                   and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0 and d.deptype in ('a', 'i'))
           or exists (select from pg_depend d where d.refclassid = 'pg_class'::regclass and d.refobjid = seqrelid
                      and d.classid = 'pg_attrdef'::regclass) as feeds
    from sequences where value is not null
)
select name as object, 'at ' || value || ' of ' || case when seqincrement > 0 then seqmax else seqmin end
       || case when feeds then '' else ', feeds no column' end as detail,
       case when feeds then wider || '  -- and the column that it feeds'
            else '-- ' || name || ': where the application draws numbers from it, ' || wider || ' where its value keeps'
                 || ' a state, the margin would change that: keep it in a table before the cutover' end as fix,
       room < abs(seqincrement) as exhausted, count(*) over () as total
from left_over
where room < whole * (100 - 80) / 100 or room < %(margin)s::numeric * abs(seqincrement)
order by room, name limit %(objects)s::int"""

MATERIALIZED: Final = """\
    select quote_ident(s.nspname) || '.' || quote_ident(c.relname) as object, '' as detail, '' as fix
    from pg_class c join scope s on s.oid = c.relnamespace where c.relkind = 'm'"""

FOREIGN: Final = """\
    select quote_ident(s.nspname) || '.' || quote_ident(c.relname) as object,
           'on server ' || quote_ident(v.srvname) as detail, '' as fix
    from pg_class c join scope s on s.oid = c.relnamespace join pg_foreign_table f on f.ftrelid = c.oid
    join pg_foreign_server v on v.oid = f.ftserver"""

TABLESPACES: Final = """\
    select quote_ident(s.nspname) || '.' || quote_ident(c.relname) as object,
           'in ' || quote_ident(p.spcname) as detail, '' as fix
    from pg_class c join scope s on s.oid = c.relnamespace join pg_tablespace p on p.oid = c.reltablespace
    where c.relkind in ('r', 'p', 'i', 'I', 'm')
    union all
    select 'database ' || quote_ident(d.datname), 'in ' || quote_ident(p.spcname), ''
    from pg_database d join pg_tablespace p on p.oid = d.dattablespace
    where d.datname = current_database() and p.spcname <> 'pg_default'"""

NOT_OF_AN_EXTENSION: Final = """not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass
                  and d.objid = p.oid and d.deptype = 'e')"""

IN_C: Final = f"""\
    select quote_ident(s.nspname) || '.' || quote_ident(p.proname) as object, l.lanname::text as detail, '' as fix
    from pg_proc p join scope s on s.oid = p.pronamespace join pg_language l on l.oid = p.prolang
    where l.lanname in ('c', 'internal') and p.prokind <> 'a' and {NOT_OF_AN_EXTENSION}"""

OTHER_LANGUAGES: Final = f"""\
    select quote_ident(s.nspname) || '.' || quote_ident(p.proname) as object, l.lanname::text as detail, '' as fix
    from pg_proc p join scope s on s.oid = p.pronamespace join pg_language l on l.oid = p.prolang
    where l.lanname::text <> all('{{{",".join(LANGUAGES)}}}'::text[]) and {NOT_OF_AN_EXTENSION}"""

COLLATIONS: Final = """\
    select c.name as object,
           concat_ws(', ', quote_ident(o.collname), case when not o.collisdeterministic then 'not deterministic' end)
           as detail, '' as fix
    from columns c join pg_collation o on o.oid = c.attcollation
    where o.collnamespace <> 'pg_catalog'::regnamespace or not o.collisdeterministic"""

JOBS: Final = """\
    select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as object, '' as detail, '' as fix
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where (n.nspname, c.relname) in (('cron', 'job'), ('pgagent', 'pga_job'), ('timetable', 'task'))"""

ALL_TABLES: Final = f"""\
with {sql.TABLES},
without as (
    select count(*) as tables from tables t where t.relkind = 'r' and t.relpersistence = 'p'
      and (t.relreplident = 'n' or t.relreplident = 'd' and not exists (
           select from pg_index x where x.indrelid = t.oid and x.indisprimary and x.indimmediate))
)
select quote_ident(p.pubname) as object, '' as detail,
       '-- ends what it feeds: drop publication ' || quote_ident(p.pubname) || ';' as fix,
       count(*) over () as total, case when p.pubupdate or p.pubdelete then w.tables else 0 end as without
from pg_publication p cross join without w where p.puballtables
order by without desc, p.pubname limit %(objects)s::int"""

SUBSCRIPTIONS: Final = """\
    select quote_ident(s.subname) as object, case when s.subenabled then 'enabled' else 'disabled' end as detail,
           '' as fix
    from pg_subscription s where s.subdbid = (select oid from pg_database where datname = current_database())"""

DMS_LEFT: Final = """\
    select case when c.relkind = 'r' then 'table ' else 'relation ' end || quote_ident(n.nspname) || '.'
           || quote_ident(c.relname) as object, '' as detail,
           case when c.relkind = 'r' then 'drop table ' || quote_ident(n.nspname) || '.' || quote_ident(c.relname)
                || ';' else '' end as fix
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relname ~ '^awsdms_' and c.relkind in ('r', 'S') and n.nspname not in ('awsdms_control', 'cutover')
    union all
    select 'function ' || quote_ident(n.nspname) || '.' || quote_ident(p.proname), '',
           'drop function ' || p.oid::regprocedure || ';'
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.proname ~ '^awsdms_'
    union all
    select 'event trigger ' || quote_ident(e.evtname), '', 'drop event trigger ' || quote_ident(e.evtname) || ';'
    from pg_event_trigger e where e.evtname ~ '^awsdms_'"""

SOURCE_OBJECTS: Final[tuple[Check, ...]] = (
    Check(
        id="large-objects",
        title="There are no large objects",
        side=Side.SOURCE,
        threshold="0; else fail (warn with cutover.large_objects_unused)",
        asks=source("select count(*) as count from pg_largeobject_metadata"),
        judge=large_objects,
        remedy="move them into bytea columns, or set cutover.large_objects_unused where nothing uses them",
        documentation=doc.DMS_SOURCE,
    ),
    Check(
        id="row-level-security",
        title="Row-level security hides no row from DMS",
        side=Side.SOURCE,
        threshold="no such table, or its role bypasses it; role not told: warn, does not bypass: fail",
        asks=source(RLS),
        judge=row_level_security,
        remedy="give the role of DMS BYPASSRLS: without it rows are missing and no error says so",
        documentation=doc.postgres("ddl-rowsecurity.html"),
    ),
    Check(
        id="always-triggers",
        title="No trigger fires for replication",
        side=Side.SOURCE,
        threshold="none ENABLE ALWAYS or REPLICA; else fail",
        asks=source(sql.listing(ALWAYS_TRIGGERS)),
        judge=none_of(
            "trigger fires|triggers fire for what replication applies, and would act twice",
            Verdict.FAIL,
        ),
        remedy="enable them the ordinary way, on both sides",
        documentation=doc.postgres("sql-altertable.html"),
    ),
    Check(
        id="rules",
        title="No rule rewrites writes",
        side=Side.SOURCE,
        threshold="none on INSERT, UPDATE, DELETE; else warn",
        asks=source(sql.listing(RULES)),
        judge=none_of("rule rewrites|rules rewrite writes", Verdict.WARN),
        remedy="what a rule writes elsewhere is replicated from there; make triggers of them where you can",
        documentation=doc.postgres("rules-update.html"),
    ),
    Check(
        id="event-triggers",
        title="No event trigger reacts to schema changes",
        side=Side.SOURCE,
        threshold="none enabled but the cutover's and DMS's; else warn",
        asks=source(sql.listing(EVENT_TRIGGERS, over=sql.NONE)),
        judge=none_of("event trigger reacts|event triggers react to schema changes", Verdict.WARN),
        remedy="make them on the target by hand after the move: Aurora lets only rds_superuser make them",
        documentation=doc.postgres("event-triggers.html"),
    ),
    Check(
        id="sequences-near-end",
        title="Sequences have room for the margin",
        side=Side.SOURCE,
        threshold="none beyond 80 % or with less room than cutover.sequence_margin; else warn, exhausted: fail",
        asks=source(NEAR_END),
        judge=near_end,
        remedy="make sequence and column bigint first, or lower cutover.sequence_margin; one that feeds no column may "
        "keep a state, to which no margin may be added: keep that in a table",
        documentation=doc.postgres("sql-altersequence.html"),
    ),
    Check(
        id="materialized-views",
        title="Materialized views are known",
        side=Side.SOURCE,
        threshold="none; else warn",
        asks=source(sql.listing(MATERIALIZED, over=sql.SCOPE)),
        judge=none_of("materialized view is|materialized views are not replicated", Verdict.WARN),
        remedy="refresh them on the target before the readers go there",
        documentation=doc.DMS_SOURCE,
    ),
    Check(
        id="foreign-tables",
        title="No table is on another server",
        side=Side.SOURCE,
        threshold="none; else warn",
        asks=source(sql.listing(FOREIGN, over=sql.SCOPE)),
        judge=none_of("foreign table|foreign tables: writes to them pass the gate", Verdict.WARN),
        remedy="point the application at the other server itself, or see that the target reaches it",
        documentation=doc.GATE,
    ),
    Check(
        id="tablespaces",
        title="Nothing is in a tablespace of its own",
        side=Side.SOURCE,
        threshold="none; else warn",
        asks=source(sql.listing(TABLESPACES, over=sql.SCOPE)),
        judge=none_of(
            "object is|objects are in a tablespace, which Aurora has only in name", Verdict.WARN
        ),
        remedy="copy the schema with --no-tablespaces",
        documentation=doc.postgres("app-pgdump.html"),
    ),
    Check(
        id="functions-in-c",
        title="No function is in C or internal",
        side=Side.SOURCE,
        threshold="none outside extensions; else fail",
        asks=source(sql.listing(IN_C, over=sql.SCOPE)),
        judge=none_of(
            "function is|functions are in C or internal, which Aurora refuses", Verdict.FAIL
        ),
        remedy="write them anew in SQL or PL/pgSQL, or find an extension that Aurora has",
        documentation=doc.AURORA_EXTENSIONS,
    ),
    Check(
        id="languages",
        title="Functions are in languages that Aurora has",
        side=Side.SOURCE,
        threshold="SQL, PL/pgSQL, PL/Perl, PL/Tcl, PLV8, PL/Rust; else fail",
        asks=source(sql.listing(OTHER_LANGUAGES, over=sql.SCOPE)),
        judge=none_of("function is|functions are in a language that Aurora has not", Verdict.FAIL),
        remedy="write them anew, or move them out of the database",
        documentation=doc.AURORA_EXTENSIONS,
    ),
    Check(
        id="user-collations",
        title="Collations of one's own are known",
        side=Side.SOURCE,
        threshold="no column with a user's or a nondeterministic collation; else warn",
        asks=source(sql.listing(COLLATIONS, over=sql.COLUMNS)),
        judge=none_of("column has|columns have a collation of a user", Verdict.WARN),
        remedy="make the collation on the target first, of the same provider and rules, and compare the order of texts",
        documentation=doc.postgres("collation.html"),
    ),
    Check(
        id="scheduled-jobs",
        title="No scheduler runs inside the database",
        side=Side.SOURCE,
        threshold="no table of pg_cron, pgAgent or pg_timetable; else warn",
        asks=source(sql.listing(JOBS, over=sql.NONE)),
        judge=none_of(
            "scheduler's table|schedulers' tables: jobs would run on both sides, or on none",
            Verdict.WARN,
        ),
        remedy="make the jobs on the target, switched off until the writer is there",
        documentation=doc.AURORA_EXTENSIONS,
    ),
    Check(
        id="publications-for-all",
        title="No publication is for all tables",
        side=Side.SOURCE,
        threshold="none; else warn, and fail where a table lacks a replica identity",
        asks=source(ALL_TABLES),
        judge=for_all_tables,
        remedy="name the tables, or drop it: a table without a replica identity refuses UPDATE and DELETE under it",
        documentation=doc.postgres("logical-replication-publication.html"),
    ),
    Check(
        id="source-is-subscriber",
        title="The source itself receives no replication",
        side=Side.SOURCE,
        threshold="no subscription; else warn",
        asks=source(sql.listing(SUBSCRIPTIONS, over=sql.NONE)),
        judge=none_of(
            "subscription writes|subscriptions write into the source, past the gate", Verdict.WARN
        ),
        remedy="end them before the switch; what they bring is not held by the gate",
        documentation=doc.postgres("logical-replication-subscription.html"),
    ),
    Check(
        id="dms-leftovers",
        title="Nothing of an earlier DMS task is left",
        side=Side.SOURCE,
        threshold="no awsdms_* object outside awsdms_control; else warn",
        asks=source(sql.listing(DMS_LEFT, over=sql.NONE)),
        judge=none_of("object is|objects are left of an earlier DMS task", Verdict.WARN),
        remedy="drop them, unless a task still uses them",
        documentation=doc.DMS_SOURCE,
    ),
)
