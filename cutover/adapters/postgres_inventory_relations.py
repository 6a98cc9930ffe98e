"""The queries of an inventory that are about relations and what belongs to one."""

from __future__ import annotations

from typing import Final

from cutover.adapters.postgres_inventory_query import (
    OF_THE_SYSTEM,
    Query,
    Since,
    flag,
    listed,
    options,
)
from cutover.schema.inventory import Kind

V14, V15, V17, V18 = 140000, 150000, 170000, 180000


def _relations(*relkinds: str) -> str:
    kinds = ", ".join(f"'{relkind}'" for relkind in relkinds)
    return (
        "pg_class x join pg_namespace n on n.oid = x.relnamespace "
        f"where x.relkind in ({kinds}) and x.relpersistence <> 't' and not {OF_THE_SYSTEM}"
    )


def _name(oid: str) -> str:
    """A relation's, or null."""
    return f"(pg_identify_object('pg_catalog.pg_class'::regclass, {oid}, 0)).identity"


OPTIONS = options("x.reloptions")
TABLESPACE = "(select spcname from pg_tablespace where oid = x.reltablespace)"
COLUMNS = listed(
    "format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))",
    "pg_attribute a where a.attrelid = x.oid and a.attnum > 0 and not a.attisdropped",
    order="a.attnum",
)
COLUMN_ORDER = listed(
    "a.attname",
    "pg_attribute a where a.attrelid = x.oid and a.attnum > 0 and not a.attisdropped",
    order="a.attnum",
)
PARTITION = {
    "partition of": "case when x.relispartition then "
    f"(select {_name('i.inhparent')} from pg_inherits i where i.inhrelid = x.oid) end",
    "bound": "pg_get_expr(x.relpartbound, x.oid)",
    "inherits": "case when not x.relispartition then "
    + listed(_name("i.inhparent"), "pg_inherits i where i.inhrelid = x.oid", order="i.inhseqno")
    + " end",
}
ROW_SECURITY = {
    "row security": flag("x.relrowsecurity"),
    "row security forced": flag("x.relforcerowsecurity"),
}

TABLES: Final = Query(
    kind=Kind.TABLE,
    catalog="pg_class",
    rows=_relations("r", "p"),
    owner="x.relowner",
    facts={
        "persistence": "case x.relpersistence when 'u' then 'unlogged' else 'permanent' end",
        "columns": COLUMN_ORDER,
        "partitioned": "pg_get_partkeydef(x.oid)",
        **PARTITION,
        **ROW_SECURITY,
        "of type": "nullif(x.reloftype, 0)::regtype::text",
        "access method": "(select nullif(amname, 'heap') from pg_am where oid = x.relam)",
        "tablespace": TABLESPACE,
        "options": OPTIONS,
        "toast options": f"(select {options('t.reloptions')} from pg_class t where t.oid = x.reltoastrelid)",
        # 'd' is the primary key's, as far as there is one; of 'i' the index says which.
        "replica identity": "nullif(x.relreplident::text, 'd')",
    },
)

FOREIGN_TABLES: Final = Query(
    kind=Kind.FOREIGN_TABLE,
    catalog="pg_class",
    rows=_relations("f"),
    owner="x.relowner",
    facts={
        "columns": COLUMN_ORDER,
        **PARTITION,
        "server": "(select s.srvname from pg_foreign_table f join pg_foreign_server s on s.oid = f.ftserver "
        "where f.ftrelid = x.oid)",
        "options": f"(select {options('f.ftoptions')} from pg_foreign_table f where f.ftrelid = x.oid)",
    },
)

COLUMNS_OF_TABLES: Final = Query(
    kind=Kind.COLUMN,
    catalog="pg_class",
    oid="c.oid",
    subid="x.attnum",
    of="c.oid",
    rows="pg_attribute x join pg_class c on c.oid = x.attrelid join pg_namespace n on n.oid = c.relnamespace "
    "join pg_type t on t.oid = x.atttypid "
    "left join pg_attrdef d on d.adrelid = x.attrelid and d.adnum = x.attnum "
    "where c.relkind in ('r', 'p', 'f') and c.relpersistence <> 't' and x.attnum > 0 and not x.attisdropped "
    f"and not {OF_THE_SYSTEM}",
    facts={
        "type": "format_type(x.atttypid, x.atttypmod)",
        "not null": flag("x.attnotnull"),
        "default": "pg_get_expr(d.adbin, d.adrelid)",
        "identity": "case x.attidentity when 'a' then 'always' when 'd' then 'by default' end",
        "generated": "case x.attgenerated when 's' then 'stored' when 'v' then 'virtual' end",
        "collation": "(select format('%I.%I', cn.nspname, l.collname) from pg_collation l "
        "join pg_namespace cn on cn.oid = l.collnamespace "
        "where l.oid = x.attcollation and x.attcollation <> t.typcollation)",
        "storage": "case when x.attstorage <> t.typstorage then x.attstorage::text end",
        "compression": Since(V14, "nullif(x.attcompression::text, '')"),
        # -1 until 16 and null from 17 on: the server's default.
        "statistics target": "nullif(x.attstattarget, -1)",
        "options": options("x.attoptions"),
        "foreign options": options("x.attfdwoptions"),
    },
)

SEQUENCES: Final = Query(
    kind=Kind.SEQUENCE,
    catalog="pg_class",
    rows="pg_sequence s join pg_class x on x.oid = s.seqrelid join pg_namespace n on n.oid = x.relnamespace "
    f"where x.relpersistence <> 't' and not {OF_THE_SYSTEM}",
    owner="x.relowner",
    facts={
        "persistence": Since(
            V15, "case x.relpersistence when 'u' then 'unlogged' else 'permanent' end"
        ),
        "type": "format_type(s.seqtypid, null)",
        "start": "s.seqstart",
        "minimum": "s.seqmin",
        "maximum": "s.seqmax",
        "increment": "s.seqincrement",
        "cache": "s.seqcache",
        "cycles": flag("s.seqcycle"),
        "owned by": "(select (pg_identify_object(d.refclassid, d.refobjid, d.refobjsubid)).identity from pg_depend d "
        "where d.classid = 'pg_class'::regclass and d.objid = x.oid and d.objsubid = 0 "
        "and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0 and d.deptype in ('a', 'i'))",
        "identity": "(select true from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = x.oid "
        "and d.objsubid = 0 and d.deptype = 'i' and d.refobjsubid > 0 limit 1)",
    },
)

VIEWS: Final = Query(
    kind=Kind.VIEW,
    catalog="pg_class",
    rows=_relations("v"),
    owner="x.relowner",
    facts={
        "columns": COLUMNS,
        "definition": "pg_get_viewdef(x.oid)",
        "options": OPTIONS,
        "defaults": listed(
            "format('%s %s', d.adnum, pg_get_expr(d.adbin, d.adrelid))",
            "pg_attrdef d where d.adrelid = x.oid",
            order="d.adnum",
        ),
    },
)

MATERIALIZED_VIEWS: Final = Query(
    kind=Kind.MATERIALIZED_VIEW,
    catalog="pg_class",
    rows=_relations("m"),
    owner="x.relowner",
    facts={
        "columns": COLUMNS,
        "definition": "pg_get_viewdef(x.oid)",
        "populated": "x.relispopulated",
        "access method": "(select nullif(amname, 'heap') from pg_am where oid = x.relam)",
        "tablespace": TABLESPACE,
        "options": OPTIONS,
    },
)

INDEXES: Final = Query(
    kind=Kind.INDEX,
    catalog="pg_class",
    rows="pg_index i join pg_class x on x.oid = i.indexrelid join pg_class c on c.oid = i.indrelid "
    "join pg_namespace n on n.oid = c.relnamespace "
    f"where c.relpersistence <> 't' and not {OF_THE_SYSTEM}",
    of="i.indrelid",
    facts={
        "definition": "pg_get_indexdef(x.oid)",
        "valid": "i.indisvalid and i.indisready and i.indislive",
        "replica identity": flag("i.indisreplident"),
        "clustered": flag("i.indisclustered"),
        "partition of": f"(select {_name('h.inhparent')} from pg_inherits h where h.inhrelid = x.oid)",
        "tablespace": TABLESPACE,
        "statistics targets": listed(
            "format('%s: %s', a.attnum, a.attstattarget)",
            "pg_attribute a where a.attrelid = x.oid and a.attnum > 0 and a.attstattarget >= 0",
            order="a.attnum",
        ),
    },
)

CONSTRAINTS: Final = Query(
    kind=Kind.CONSTRAINT,
    catalog="pg_constraint",
    of="x.conrelid",
    # A NOT NULL is the column's, whatever its name: the server makes that up, and another in each partition.
    name="case x.contype when 'n' then format('not null of %s', (pg_identify_object('pg_class'::regclass, x.conrelid, "
    "x.conkey[1])).identity) else (pg_identify_object('pg_constraint'::regclass, x.oid, 0)).identity end",
    # Of a foreign key over partitions, the server makes the copies itself, under names of its own choice.
    rows=Since(
        V18,
        "pg_constraint x join pg_class c on c.oid = x.conrelid join pg_namespace n on n.oid = c.relnamespace "
        "where x.contype in ('p', 'u', 'f', 'c', 'x', 'n') and (x.contype <> 'f' or x.conparentid = 0) "
        f"and not {OF_THE_SYSTEM}",
        "pg_constraint x join pg_class c on c.oid = x.conrelid join pg_namespace n on n.oid = c.relnamespace "
        "where x.contype in ('p', 'u', 'f', 'c', 'x') and (x.contype <> 'f' or x.conparentid = 0) "
        f"and not {OF_THE_SYSTEM}",
    ),
    facts={
        "type": "case x.contype when 'p' then 'primary key' when 'u' then 'unique' when 'f' then 'foreign key' "
        "when 'c' then 'check' when 'x' then 'exclusion' when 'n' then 'not null' end",
        "definition": "pg_get_constraintdef(x.oid)",
        "validated": "x.convalidated",
        "index": "case when x.contype in ('p', 'u', 'x') then " + _name("x.conindid") + " end",
    },
)

STATISTICS: Final = Query(
    kind=Kind.STATISTICS,
    catalog="pg_statistic_ext",
    rows="pg_statistic_ext x join pg_namespace n on n.oid = x.stxnamespace "
    f"where not {OF_THE_SYSTEM}",
    of="x.stxrelid",
    owner="x.stxowner",
    facts={
        "definition": "pg_get_statisticsobjdef(x.oid)",
        "target": "nullif(x.stxstattarget, -1)",
    },
)

TRIGGERS: Final = Query(
    kind=Kind.TRIGGER,
    catalog="pg_trigger",
    of="x.tgrelid",
    # Those of partitions follow their parent's, and are told only where they are switched otherwise. Until 14 they
    # count as internal.
    rows="pg_trigger x left join pg_trigger p on p.oid = x.tgparentid "
    "join pg_class c on c.oid = x.tgrelid join pg_namespace n on n.oid = c.relnamespace "
    "where (case when x.tgparentid = 0 then not x.tgisinternal "
    "else not p.tgisinternal and p.tgenabled <> x.tgenabled end) "
    f"and not {OF_THE_SYSTEM}",
    facts={
        "definition": "pg_get_triggerdef(x.oid)",
        "enabled": "case x.tgenabled when 'O' then 'yes' when 'D' then 'no' when 'R' then 'on a replica' "
        "else 'always' end",
    },
)

RULES: Final = Query(
    kind=Kind.RULE,
    catalog="pg_rewrite",
    of="x.ev_class",
    rows="pg_rewrite x join pg_class c on c.oid = x.ev_class join pg_namespace n on n.oid = c.relnamespace "
    f"where x.rulename <> '_RETURN' and not {OF_THE_SYSTEM}",
    facts={
        "definition": "pg_get_ruledef(x.oid)",
        "enabled": "case x.ev_enabled when 'O' then 'yes' when 'D' then 'no' when 'R' then 'on a replica' "
        "else 'always' end",
    },
)

POLICIES: Final = Query(
    kind=Kind.POLICY,
    catalog="pg_policy",
    of="x.polrelid",
    rows="pg_policy x join pg_class c on c.oid = x.polrelid join pg_namespace n on n.oid = c.relnamespace "
    f"where not {OF_THE_SYSTEM}",
    facts={
        "command": "case x.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' "
        "when 'd' then 'delete' else 'all' end",
        "permissive": "x.polpermissive",
        "roles": listed(
            "case when r = 0 then 'public' else pg_get_userbyid(r)::text end",
            "unnest(x.polroles) r",
        ),
        "using": "pg_get_expr(x.polqual, x.polrelid)",
        "check": "pg_get_expr(x.polwithcheck, x.polrelid)",
    },
)

QUERIES: Final = (
    TABLES,
    FOREIGN_TABLES,
    COLUMNS_OF_TABLES,
    SEQUENCES,
    VIEWS,
    MATERIALIZED_VIEWS,
    INDEXES,
    CONSTRAINTS,
    STATISTICS,
    TRIGGERS,
    RULES,
    POLICIES,
)
