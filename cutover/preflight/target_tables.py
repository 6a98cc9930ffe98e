"""The target's tables, alone and beside the source's."""

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
    listed,
    none_of,
    only,
    passed,
)
from cutover.preflight.questions import both, target
from cutover.preflight.source_columns import IDENTITY_ALWAYS
from cutover.preflight.source_objects import ALWAYS_TRIGGERS
from cutover.preflight.told import Told

BEGUN: Final = """(exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 where n.nspname = 'awsdms_control' and c.relkind = 'r')
         or exists (select from pg_subscription s where s.subdbid = (select oid from pg_database
                    where datname = current_database())))"""
"""DMS makes its control tables when a task starts; a subscription is what stands in for it elsewhere."""

FILLED: Final = f"""\
with {sql.TABLES},
filled as (
    select t.name, pg_relation_size(t.oid) as size,
           greatest(c.reltuples, pg_stat_get_live_tuples(t.oid)) as rows
    from tables t join pg_class c on c.oid = t.oid where t.relkind = 'r' and pg_relation_size(t.oid) > 0
)
select name as object, pg_size_pretty(size) as detail, '-- empties it: truncate ' || name || ';' as fix,
       rows > 0 as sure, {BEGUN} as begun, count(*) over () as total,
       count(*) filter (where rows > 0) over () as surely
from filled order by sure desc, name limit %(objects)s::int"""


def tables_empty(_told: Told, rows: Rows) -> Finding:
    if not rows:
        return passed("no table has a row")
    if rows[0]["begun"]:
        return passed(f"does not apply: replication has begun, {rows[0]['total']} tables have rows")
    if not rows[0]["surely"]:
        return listed(
            rows,
            Verdict.WARN,
            "table has|tables have pages, of which no statistics say that they hold no row",
        )
    return listed(
        rows, Verdict.FAIL, "table has|tables have rows, which the load would collide with"
    )


NAMES: Final = f"""\
with {sql.TABLES}
select array_agg(t.name order by t.name) as names from tables t"""


def tables_missing(told: Told, source: Rows, target_rows: Rows) -> Finding:
    here = set(only(source)["names"] or ())
    there = set(only(target_rows)["names"] or ())
    if not here & there:
        return passed(
            "the target has none of the source's tables yet: the schema is still to be copied"
        )
    missing = sorted(here - there)
    if missing:
        return listed(
            tuple(
                {"object": name, "detail": "", "fix": "", "total": len(missing)}
                for name in missing[: told.most_objects]
            ),
            Verdict.FAIL,
            "table is|tables are not on the target",
        )
    return passed(f"the target has each of {len(here)} tables")


COLUMNS: Final = f"""\
with {sql.COLUMNS}
select c.table_name as table,
       string_agg(quote_ident(c.attname) || ' ' || c.declared || case when c.attnotnull then ' not null' else '' end,
                  E'\\n' order by c.attname) as columns
from columns c group by c.table_name order by c.table_name"""


def columns(told: Told, source: Rows, target_rows: Rows) -> Finding:
    there = {row["table"]: row["columns"] for row in target_rows}
    both_have = [row for row in source if row["table"] in there]
    different = [row for row in both_have if row["columns"] != there[row["table"]]]
    if not different:
        return passed(f"equal in {len(both_have)} tables that both sides have")
    return listed(
        tuple(
            {
                "object": row["table"],
                "detail": _difference(row["columns"], there[row["table"]]),
                "fix": "",
                "total": len(different),
            }
            for row in different[: told.most_objects]
        ),
        Verdict.FAIL,
        "table has|tables have other columns on the target",
    )


def _difference(source: str, target: str) -> str:
    """Of two lists of columns, one a line: which side has what the other has not."""
    here, there = source.splitlines(), target.splitlines()
    sides = (("source", here, there), ("target", there, here))
    return "; ".join(
        f"{name}: {', '.join(own)}"
        for name, columns, others in sides
        if (own := [column for column in columns if column not in others])
    )


FOREIGN_KEYS: Final = """\
    select t.name || '.' || quote_ident(k.conname) as object, 'of ' || k.confrelid::regclass as detail,
           '-- make it again after the load: alter table ' || t.name || ' drop constraint ' || quote_ident(k.conname)
           || ';' as fix
    from tables t join pg_constraint k on k.conrelid = t.oid
    where k.contype = 'f' and k.conparentid = 0"""

INDEXES: Final = """\
    select quote_ident(t.nspname) || '.' || quote_ident(i.relname) as object, 'of ' || t.name as detail,
           '-- make it again after the load: drop index ' || quote_ident(t.nspname) || '.' || quote_ident(i.relname)
           || ';' as fix
    from tables t join pg_index x on x.indrelid = t.oid join pg_class i on i.oid = x.indexrelid
    where not i.relispartition
      and not exists (select from pg_constraint k where k.conindid = x.indexrelid and k.contype in ('p', 'u', 'x'))"""

MAY_NOT_WRITE: Final = f"""\
    select t.name as object, '' as detail,
           'grant select, insert, update, delete on ' || t.name || ' to ' || quote_ident({sql.TARGET_ROLE})
           || ';' as fix
    from tables t left join pg_roles r on r.rolname = {sql.TARGET_ROLE}
    where not coalesce(has_table_privilege(r.oid, t.oid, 'select') and has_table_privilege(r.oid, t.oid, 'insert')
                       and has_table_privilege(r.oid, t.oid, 'update') and has_table_privilege(r.oid, t.oid, 'delete'),
                       false)"""

TARGET_TABLES: Final[tuple[Check, ...]] = (
    Check(
        id="target-tables-empty",
        title="The target's tables are empty before the load",
        side=Side.TARGET,
        threshold="no row in any, unless replication has begun; else fail, not known from statistics: warn",
        asks=target(FILLED),
        judge=tables_empty,
        remedy="empty them, or leave them behind: DMS inserts beside what is there",
        documentation=doc.DMS_TASK_SETTINGS,
    ),
    Check(
        id="target-tables-missing",
        title="The target has every table",
        side=Side.TARGET,
        threshold="all, or none yet; else fail",
        asks=both(NAMES),
        judge=tables_missing,
        remedy="copy the schema (pg_dump --section=pre-data): DMS would make tables without defaults and indexes",
        documentation=doc.DMS_TARGET,
    ),
    Check(
        id="target-columns",
        title="Columns are the same on both sides",
        side=Side.TARGET,
        threshold="name, type and NOT NULL equal for every table that both have; else fail",
        asks=both(COLUMNS),
        judge=columns,
        remedy="copy the schema anew, or alter the table on the target",
        documentation=doc.DMS_TARGET,
    ),
    Check(
        id="target-identity-always",
        title="The target's identity columns take given values",
        side=Side.TARGET,
        threshold="none GENERATED ALWAYS; else fail",
        asks=target(sql.listing(IDENTITY_ALWAYS, over=sql.COLUMNS)),
        judge=none_of(
            "column is|columns are GENERATED ALWAYS AS IDENTITY: every applied INSERT fails",
            Verdict.FAIL,
        ),
        remedy="make them BY DEFAULT until the way back is closed",
        documentation=doc.postgres("sql-altertable.html"),
    ),
    Check(
        id="target-foreign-keys",
        title="No foreign key is in the way of the load",
        side=Side.TARGET,
        threshold="none; else warn",
        asks=target(sql.listing(FOREIGN_KEYS)),
        judge=none_of("foreign key is|foreign keys are there before the load", Verdict.WARN),
        remedy="make them in post-data; tables are loaded in no order, and only replica sessions pass them",
        documentation=doc.DMS_ASSESSMENT,
    ),
    Check(
        id="target-indexes",
        title="No secondary index slows the load",
        side=Side.TARGET,
        threshold="none but keys; else warn",
        asks=target(sql.listing(INDEXES)),
        judge=none_of(
            "secondary index is|secondary indexes are there before the load", Verdict.WARN
        ),
        remedy="make them in post-data",
        documentation=doc.DMS_ASSESSMENT,
    ),
    Check(
        id="target-triggers",
        title="No trigger fires for replication on the target",
        side=Side.TARGET,
        threshold="none ENABLE ALWAYS or REPLICA; else fail",
        asks=target(sql.listing(ALWAYS_TRIGGERS)),
        judge=none_of("trigger fires|triggers fire for what replication applies", Verdict.FAIL),
        remedy="enable them the ordinary way",
        documentation=doc.postgres("sql-altertable.html"),
    ),
    Check(
        id="target-table-privileges",
        title="The role of DMS may write every table",
        side=Side.TARGET,
        threshold="SELECT, INSERT, UPDATE, DELETE; else fail",
        asks=target(sql.listing(MAY_NOT_WRITE)),
        judge=none_of(
            "table|tables of the target that the role of DMS may not write", Verdict.FAIL
        ),
        remedy="`cutover roles --side target` prints every right with its reason",
        documentation=doc.DMS_TARGET,
    ),
)
