"""The queries of an inventory that are about roles, what they may, and settings that are theirs or the database's."""

from __future__ import annotations

from typing import Final

from cutover.adapters.postgres_inventory_query import Query, flag, identity, listed
from cutover.schema.inventory import Kind

FIRST_USER_OID: Final = 10
"""The bootstrap superuser's (BOOTSTRAP_SUPERUSERID): initdb's own roles of later versions are predefined ones."""

HERE: Final = "(select oid from pg_database where datname = current_database())"

USED: Final = f"""exists (
    select from pg_shdepend d where d.refclassid = 'pg_authid'::regclass and d.refobjid = any (array(
        with recursive near(role) as (
            select x.oid
            union select m.member from pg_auth_members m join near on m.roleid = near.role)
        select role from near) || array(
        with recursive far(role) as (
            select x.oid
            union select m.roleid from pg_auth_members m join far on m.member = far.role)
        select role from far))
      and (d.dbid = {HERE} or d.dbid = 0 and d.classid = 'pg_database'::regclass and d.objid = {HERE}))"""
"""Whether something here is owned by or granted to it, to a member of it, or to a role that it is a member of."""

ROLES: Final = Query(
    kind=Kind.ROLE,
    catalog="pg_authid",
    shared=True,
    members=True,
    name="x.rolname::text",
    rows=f"pg_roles x where x.rolname !~ '^pg_' and (x.oid >= 16384 or x.oid = {FIRST_USER_OID})",
    facts={
        "used": flag(USED),
        "login": flag("x.rolcanlogin"),
        "inherits": "x.rolinherit",
        "superuser": flag("x.rolsuper"),
        "creates roles": flag("x.rolcreaterole"),
        "creates databases": flag("x.rolcreatedb"),
        "replicates": flag("x.rolreplication"),
        "bypasses row security": flag("x.rolbypassrls"),
        "connections": "nullif(x.rolconnlimit, -1)",
        "valid until": "nullif(x.rolvaliduntil, 'infinity')::text",
        "member of": listed(
            "r.rolname",
            "pg_auth_members m join pg_roles r on r.oid = m.roleid where m.member = x.oid",
        ),
    },
)

_RELATION_PRIVILEGES: Final = """
    select 'pg_class'::regclass::oid as classid, x.oid as objid, 0 as subid, x.relacl as acl, x.relowner as owner,
           acldefault(case x.relkind when 'S' then 's'::"char" else 'r'::"char" end, x.relowner) as base
    from pg_class x join pg_namespace n on n.oid = x.relnamespace
    where x.relacl is not null and x.relpersistence <> 't' and n.nspname !~ '^(pg_toast|pg_temp|information_schema$)'
    union all
    select 'pg_class'::regclass::oid, x.attrelid, x.attnum::int, x.attacl, c.relowner, null::aclitem[]
    from pg_attribute x join pg_class c on c.oid = x.attrelid where x.attacl is not null and not x.attisdropped"""


def _privileges(catalog: str, acl: str, owner: str, letter: str, more: str = "true") -> str:
    return f"""
    union all
    select '{catalog}'::regclass::oid, x.oid, 0, x.{acl}, x.{owner}, acldefault('{letter}', x.{owner})
    from {catalog} x where x.{acl} is not null and {more}"""


_ALL_PRIVILEGES: Final = (
    _RELATION_PRIVILEGES
    + _privileges("pg_proc", "proacl", "proowner", "f")
    + _privileges(
        "pg_namespace",
        "nspacl",
        "nspowner",
        "n",
        "x.nspname !~ '^(pg_toast|pg_temp|information_schema$)'",
    )
    + _privileges("pg_type", "typacl", "typowner", "T")
    + _privileges("pg_language", "lanacl", "lanowner", "l")
    + _privileges("pg_foreign_data_wrapper", "fdwacl", "fdwowner", "F")
    + _privileges("pg_foreign_server", "srvacl", "srvowner", "S")
    + _privileges("pg_database", "datacl", "datdba", "d", f"x.oid = {HERE}")
)


def _grantee(owner: str) -> str:
    return (
        f"case when p.grantee = {owner} then '' when p.grantee = 0 then 'public' "
        "else pg_get_userbyid(p.grantee)::text end"
    )


# initdb writes down the privileges of information_schema nowhere, so what a person changed there can't be told.
# initprivs: what an extension, or initdb, gave. What is left is what somebody here has given or taken.
_GRANTS: Final = f"""(
    with held as (
        select a.classid, a.objid, a.subid, a.owner, a.acl, coalesce(i.initprivs, a.base) as base
        from ({_ALL_PRIVILEGES}) a left join pg_init_privs i
          on i.classoid = a.classid and i.objoid = a.objid and i.objsubid = a.subid
        where a.acl is distinct from coalesce(i.initprivs, a.base)),
    each as (
        select h.classid, h.objid, h.subid, h.owner, e.grantee, e.privilege_type as privilege, e.is_grantable,
               true as now
        from held h, aclexplode(h.acl) e
        union all
        select h.classid, h.objid, h.subid, h.owner, e.grantee, e.privilege_type, e.is_grantable, false
        from held h, aclexplode(h.base) e),
    privileges as (
        select classid, objid, subid, owner, grantee, privilege collate "C" as privilege,
               bool_or(now) as now, bool_or(not now) as before,
               bool_or(now and is_grantable) as passes_on, bool_or(not now and is_grantable) as passed_on
        from each group by 1, 2, 3, 4, 5, 6)
    select p.classid, p.objid, p.subid, (pg_identify_object(p.classid, p.objid, p.subid)).type as type,
           case when p.classid = 'pg_database'::regclass then 'database'
                else {identity("p.classid", "p.objid")} end as object,
           (select quote_ident(attname) from pg_attribute where attrelid = p.objid and attnum = p.subid
            and p.classid = 'pg_class'::regclass and p.subid > 0) as attribute,
           {_grantee("p.owner")} as grantee,
           string_agg(p.privilege || case when p.passes_on then '*' else '' end, ', ' order by p.privilege)
               filter (where p.now and (not p.before or p.passes_on <> p.passed_on)) as granted,
           string_agg(p.privilege, ', ' order by p.privilege) filter (where p.before and not p.now) as revoked
    from privileges p
    where p.now <> p.before or p.passes_on <> p.passed_on
    group by p.classid, p.objid, p.subid, p.owner, p.grantee) x"""

GRANTS: Final = Query(
    kind=Kind.GRANT,
    catalog="pg_class",
    oid="0",
    members=True,
    name="format('%s on %s %s', case x.grantee when '' then 'the owner' else x.grantee end, x.type, "
    "x.object || coalesce('.' || x.attribute, ''))",
    rows=f"{_GRANTS} where true",
    of="case when x.classid = 'pg_class'::regclass then x.objid end",
    facts={
        "type": "x.type",
        "object": "x.object",
        "column": "x.attribute",
        "grantee": "x.grantee",
        "granted": "x.granted",
        "revoked": "x.revoked",
    },
)
"""Only what differs from what every such object has by itself; the privileges that may be passed on have a star."""

DEFAULT_PRIVILEGES: Final = Query(
    kind=Kind.DEFAULT_PRIVILEGES,
    catalog="pg_default_acl",
    oid="0",
    members=True,
    name="format('%s on %s of %s%s', case x.grantee when '' then 'the owner' else x.grantee end, "
    "x.type, x.role, coalesce(' in ' || quote_ident(x.schema), ''))",
    # Of one schema they only add to the server's own; without a schema they stand in their place.
    rows=f"""(
    with each as (
        select d.oid, e.grantee, e.privilege_type as privilege, e.is_grantable, true as now
        from pg_default_acl d, aclexplode(d.defaclacl) e
        union all
        select d.oid, e.grantee, e.privilege_type, e.is_grantable, false
        from pg_default_acl d, aclexplode(acldefault(
            case d.defaclobjtype when 'S' then 's'::"char" else d.defaclobjtype end, d.defaclrole)) e
        where d.defaclnamespace = 0),
    privileges as (
        select oid, grantee, privilege collate "C" as privilege, bool_or(now) as now, bool_or(not now) as before,
               bool_or(now and is_grantable) as passes_on, bool_or(not now and is_grantable) as passed_on
        from each group by 1, 2, 3)
    select p.oid, {_grantee("d.defaclrole")} as grantee,
           string_agg(p.privilege || case when p.passes_on then '*' else '' end, ', ' order by p.privilege)
               filter (where p.now and (not p.before or p.passes_on <> p.passed_on)) as granted,
           string_agg(p.privilege, ', ' order by p.privilege) filter (where p.before and not p.now) as revoked,
           pg_get_userbyid(d.defaclrole)::text as role,
           (select nspname from pg_namespace where oid = d.defaclnamespace) as schema,
           case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions'
                when 'T' then 'types' when 'n' then 'schemas' when 'L' then 'large objects' end as type
    from privileges p join pg_default_acl d on d.oid = p.oid
    where p.now <> p.before or p.passes_on <> p.passed_on
    group by p.oid, p.grantee, d.defaclrole, d.defaclnamespace, d.defaclobjtype) x where true""",
    facts={
        "role": "x.role",
        "schema": "x.schema",
        "type": "x.type",
        "grantee": "x.grantee",
        "granted": "x.granted",
        "revoked": "x.revoked",
    },
)

SETTINGS: Final = Query(
    kind=Kind.SETTING,
    catalog="pg_db_role_setting",
    oid="0",
    members=True,
    name="format('%s: %s', coalesce(r.rolname, 'everybody') "
    "|| case when s.setdatabase = 0 then ' everywhere' else ' here' end, split_part(x.setting, '=', 1))",
    rows=f"pg_db_role_setting s cross join unnest(s.setconfig) as x(setting) left join pg_roles r on r.oid = s.setrole "
    f"where s.setdatabase = {HERE} or s.setdatabase = 0 and s.setrole <> 0 and r.rolname !~ '^(pg_|rds)'",
    facts={
        "role": "r.rolname::text",
        "here": flag("s.setdatabase <> 0"),
        "parameter": "split_part(x.setting, '=', 1)",
        "value": "substr(x.setting, strpos(x.setting, '=') + 1)",
    },
)

USER_MAPPINGS: Final = Query(
    kind=Kind.USER_MAPPING,
    catalog="pg_user_mapping",
    oid="x.umid",
    name="format('%s on %s', x.usename, x.srvname)",
    rows="pg_user_mappings x where true",
    facts={
        "role": "x.usename::text",
        "server": "x.srvname::text",
        # Their values are often passwords: these stay on the server.
        "options": listed("split_part(o, '=', 1)", "unnest(x.umoptions) o"),
        "hidden": "case when x.umoptions is null and not current_setting('is_superuser')::boolean "
        "and not coalesce(pg_has_role((select srvowner from pg_foreign_server where oid = x.srvid), 'usage'), false) "
        "and x.usename is distinct from current_user then format('the options of %s on %s are shown to its user and "
        "to the owner of the server only', x.usename, x.srvname) end",
    },
)

SECURITY_LABELS: Final = Query(
    kind=Kind.SECURITY_LABEL,
    catalog="pg_seclabel",
    oid="0",
    members=True,
    name="format('%s on %s %s', x.provider, x.objtype, x.objname)",
    rows="pg_seclabels x where x.objtype not in ('role', 'tablespace', 'database')",
    facts={"label": "x.label"},
)

QUERIES: Final = (
    ROLES,
    SETTINGS,
    GRANTS,
    DEFAULT_PRIVILEGES,
    USER_MAPPINGS,
    SECURITY_LABELS,
)
