"""The source's roles: what DMS and the cutover may do there."""

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

REMEDY: Final = "`cutover roles` prints every right that the two roles need, each with its reason"


def replication(_told: Told, rows: Rows) -> Finding:
    row = only(rows)
    if row["may"] is None:
        return failed(f"there is no role {row['role']}")
    if not row["may"]:
        return failed(f"{row['role']} may not replicate", row["fix"])
    return passed(f"{row['role']} may replicate")


def watching(_told: Told, rows: Rows) -> Finding:
    row = only(rows)
    if row["missing"] is None:
        return failed(f"there is no role {row['role']}")
    if row["missing"]:
        return failed(
            f"{row['role']} is no member of {' and '.join(row['missing'])}: it would see other sessions as idle, and "
            "could not end those in the barrier's way",
            row["fix"],
        )
    return passed(f"{row['role']} sees sessions and may end them")


def freezing(_told: Told, rows: Rows) -> Finding:
    row = only(rows)
    if row["may"]:
        return passed(f"{row['role']} can freeze schema changes")
    return warned(
        f"{row['role']} can make no event trigger: nothing refuses a schema change on a closed source"
    )


MAY_NOT_USE: Final = f"""\
    select quote_ident(s.nspname) as object, '' as detail,
           'grant usage on schema ' || quote_ident(s.nspname) || ' to ' || quote_ident({sql.ROLE}) || ';' as fix
    from scope s
    where exists (select from tables t where t.nspname = s.nspname)
      and not coalesce((select has_schema_privilege(r.oid, s.oid, 'usage') from pg_roles r
                        where r.rolname = {sql.ROLE}), false)"""

MAY_NOT_READ: Final = f"""\
    select t.name as object, '' as detail,
           'grant select on ' || t.name || ' to ' || quote_ident({sql.ROLE}) || ';' as fix
    from tables t left join pg_roles r on r.rolname = {sql.ROLE}
    where not coalesce(has_table_privilege(r.oid, t.oid, 'select'), false)"""

MAY_NOT_READ_SEQUENCES: Final = f"""\
    select quote_ident(s.nspname) || '.' || quote_ident(c.relname) as object, '' as detail,
           'grant select on sequence ' || quote_ident(s.nspname) || '.' || quote_ident(c.relname)
           || ' to ' || quote_ident({sql.CUTOVER_ROLE}) || ';' as fix
    from pg_class c join scope s on s.oid = c.relnamespace
    left join pg_roles r on r.rolname = {sql.CUTOVER_ROLE}
    where c.relkind = 'S'
      and not coalesce(case c.relkind when 'S' then has_sequence_privilege(r.oid, c.oid, 'select') end, false)"""

NOT_OWNED: Final = f"""\
    select t.name as object, 'of ' || quote_ident(o.rolname) as detail,
           case when o.rolsuper then '-- choose a role that is no superuser: alter table ' || t.name || ' owner to ...;'
                else 'grant ' || quote_ident(o.rolname) || ' to ' || quote_ident({sql.CUTOVER_ROLE}) || ';' end as fix
    from tables t join pg_roles o on o.oid = t.relowner left join pg_roles r on r.rolname = {sql.CUTOVER_ROLE}
    where not coalesce(pg_has_role(r.oid, t.relowner, 'usage'), false)"""

SOURCE_ROLES: Final[tuple[Check, ...]] = (
    Check(
        id="replication-privilege",
        title="The role of DMS may replicate",
        side=Side.SOURCE,
        threshold="REPLICATION, superuser or rds_replication; else fail",
        asks=source(
            f"select {sql.ROLE} as role,\n"
            "       (select r.rolsuper or r.rolreplication or exists (\n"
            "            select from pg_roles g where g.rolname = 'rds_replication'\n"
            "            and pg_has_role(r.oid, g.oid, 'usage'))\n"
            f"        from pg_roles r where r.rolname = {sql.ROLE}) as may,\n"
            f"       'alter role ' || quote_ident({sql.ROLE}) || ' replication;' as fix"
        ),
        judge=replication,
        remedy=REMEDY,
        documentation=doc.ROLES,
    ),
    Check(
        id="schema-privileges",
        title="The role of DMS may use every schema",
        side=Side.SOURCE,
        threshold="USAGE; else fail",
        asks=source(sql.listing(MAY_NOT_USE)),
        judge=none_of("schema|schemas that the role of DMS may not use", Verdict.FAIL),
        remedy=REMEDY,
        documentation=doc.ROLES,
    ),
    Check(
        id="table-privileges",
        title="The role of DMS may read every table",
        side=Side.SOURCE,
        threshold="SELECT; else fail",
        asks=source(sql.listing(MAY_NOT_READ)),
        judge=none_of("table|tables that the role of DMS may not read", Verdict.FAIL),
        remedy=REMEDY,
        documentation=doc.ROLES,
    ),
    Check(
        id="sequence-privileges",
        title="The cutover may read every sequence",
        side=Side.SOURCE,
        threshold="SELECT for its role; else fail",
        asks=source(sql.listing(MAY_NOT_READ_SEQUENCES)),
        judge=none_of("sequence|sequences that the cutover may not read", Verdict.FAIL),
        remedy=REMEDY,
        documentation=doc.ROLES,
    ),
    Check(
        id="table-owners",
        title="The cutover owns every table by membership",
        side=Side.SOURCE,
        threshold="its role is a member of each owner; else fail",
        asks=source(sql.listing(NOT_OWNED)),
        judge=none_of(
            "table|tables that the cutover does not own: it could not drop its gate", Verdict.FAIL
        ),
        remedy=REMEDY,
        documentation=doc.ROLES,
    ),
    Check(
        id="watching-privileges",
        title="The cutover sees sessions and may end them",
        side=Side.SOURCE,
        threshold="pg_read_all_stats and pg_signal_backend; else fail",
        asks=source(
            f"select {sql.CUTOVER_ROLE} as role,\n"
            "       (select array(select g.name\n"
            "                     from unnest(array['pg_read_all_stats', 'pg_signal_backend']) as g (name)\n"
            "                     where not pg_has_role(r.oid, g.name, 'usage'))\n"
            f"        from pg_roles r where r.rolname = {sql.CUTOVER_ROLE}) as missing,\n"
            f"       'grant pg_read_all_stats, pg_signal_backend to ' || quote_ident({sql.CUTOVER_ROLE}) || ';' as fix"
        ),
        judge=watching,
        remedy=REMEDY,
        documentation=doc.ROLES,
    ),
    Check(
        id="freeze-privilege",
        title="The cutover can freeze schema changes",
        side=Side.SOURCE,
        threshold="superuser, rds_superuser or the three triggers made beforehand; else warn",
        asks=source(
            f"select {sql.CUTOVER_ROLE} as role, coalesce((\n"
            "    select r.rolsuper or exists (select from pg_roles g where g.rolname = 'rds_superuser'\n"
            "                                 and pg_has_role(r.oid, g.oid, 'usage'))\n"
            "        or (select count(*) = 3 from pg_event_trigger\n"
            "            where evtname ~ '^cutover_ddl_' and evtenabled in ('O', 'A'))\n"
            f"    from pg_roles r where r.rolname = {sql.CUTOVER_ROLE}), false) as may"
        ),
        judge=freezing,
        remedy="let a superuser make the three event triggers beforehand (docs/gate.md), or stop deployments",
        documentation=doc.GATE,
    ),
)
