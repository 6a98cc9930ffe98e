"""The queries of an inventory that are about the database as a whole, its ties to others, and replication."""

from __future__ import annotations

from typing import Final

from cutover.adapters.postgres_inventory_query import Query, Since, flag, listed, options
from cutover.schema.inventory import Kind

V14, V15, V17, V18 = 140000, 150000, 170000, 180000
HERE: Final = "(select oid from pg_database where datname = current_database())"

DATABASE: Final = Query(
    kind=Kind.DATABASE,
    catalog="pg_database",
    shared=True,
    members=True,
    # Two databases are compared whatever they are called.
    name="'database'",
    rows="pg_database x where x.datname = current_database()",
    owner="x.datdba",
    facts={
        "encoding": "pg_encoding_to_char(x.encoding)",
        "collate": "x.datcollate",
        "ctype": "x.datctype",
        "provider": Since(
            V15,
            "case x.datlocprovider when 'c' then 'libc' when 'i' then 'icu' when 'b' then 'builtin' end",
            "'libc'",
        ),
        "locale": Since(V17, "x.datlocale", Since(V15, "x.daticulocale")),
    },
)

TABLESPACES: Final = Query(
    kind=Kind.TABLESPACE,
    catalog="pg_tablespace",
    shared=True,
    members=True,
    rows="pg_tablespace x where exists (select from pg_class c where c.reltablespace = x.oid) "
    "and x.spcname not in ('pg_default', 'pg_global')",
    owner="x.spcowner",
    facts={"options": options("x.spcoptions")},
)

_RELATION: Final = """case d.classid
    when 'pg_rewrite'::regclass then (select ev_class from pg_rewrite where oid = d.objid)
    when 'pg_attrdef'::regclass then (select adrelid from pg_attrdef where oid = d.objid)
    when 'pg_constraint'::regclass then (select conrelid from pg_constraint where oid = d.objid)
    when 'pg_trigger'::regclass then (select tgrelid from pg_trigger where oid = d.objid)
    end"""

NEEDED: Final = f"""exists (
    select from pg_depend m join pg_depend d on d.refclassid = m.classid and d.refobjid = m.objid
    where m.refclassid = 'pg_extension'::regclass and m.refobjid = x.oid and m.deptype = 'e' and d.deptype in ('n', 'a')
      and d.classid not in ('pg_amop'::regclass, 'pg_amproc'::regclass)
      and not exists (select from pg_depend e where e.deptype = 'e' and e.classid = d.classid and e.objid = d.objid)
      and not exists (select from pg_depend e where e.deptype = 'e' and e.classid = 'pg_class'::regclass
                      and e.objid = {_RELATION}))"""
"""Whether something that is no part of an extension depends on a part of this one."""

EXTENSIONS: Final = Query(
    kind=Kind.EXTENSION,
    catalog="pg_extension",
    rows="pg_extension x join pg_namespace n on n.oid = x.extnamespace where true",
    members=True,
    facts={
        "version": "x.extversion",
        "schema": "n.nspname",
        "needed": flag(NEEDED),
    },
)

FOREIGN_DATA_WRAPPERS: Final = Query(
    kind=Kind.FOREIGN_DATA_WRAPPER,
    catalog="pg_foreign_data_wrapper",
    rows="pg_foreign_data_wrapper x where true",
    owner="x.fdwowner",
    facts={
        "handler": "nullif(x.fdwhandler, 0)::regprocedure::text",
        "validator": "nullif(x.fdwvalidator, 0)::regprocedure::text",
        "options": options("x.fdwoptions"),
    },
)

FOREIGN_SERVERS: Final = Query(
    kind=Kind.FOREIGN_SERVER,
    catalog="pg_foreign_server",
    rows="pg_foreign_server x join pg_foreign_data_wrapper w on w.oid = x.srvfdw where true",
    owner="x.srvowner",
    facts={
        "wrapper": "w.fdwname",
        "type": "x.srvtype",
        "version": "x.srvversion",
        "options": options("x.srvoptions"),
    },
)

EVENT_TRIGGERS: Final = Query(
    kind=Kind.EVENT_TRIGGER,
    catalog="pg_event_trigger",
    rows="pg_event_trigger x where true",
    owner="x.evtowner",
    facts={
        "event": "x.evtevent",
        "function": "x.evtfoid::regprocedure::text",
        "tags": "array_to_string(x.evttags, ', ')",
        "enabled": "case x.evtenabled when 'O' then 'yes' when 'D' then 'no' when 'R' then 'on a replica' "
        "else 'always' end",
    },
)

_TABLE: Final = "(pg_identify_object('pg_catalog.pg_class'::regclass, r.prrelid, 0)).identity"

PUBLICATIONS: Final = Query(
    kind=Kind.PUBLICATION,
    catalog="pg_publication",
    rows="pg_publication x where true",
    owner="x.pubowner",
    facts={
        "all tables": flag("x.puballtables"),
        "publishes": "concat_ws(', ', case when x.pubinsert then 'insert' end, "
        "case when x.pubupdate then 'update' end, case when x.pubdelete then 'delete' end, "
        "case when x.pubtruncate then 'truncate' end)",
        "by root": flag("x.pubviaroot"),
        "generated columns": Since(V18, "nullif(x.pubgencols::text, 'n')"),
        "tables": Since(
            V15,
            listed(
                f"concat_ws(' ', {_TABLE}, r.prattrs::text, pg_get_expr(r.prqual, r.prrelid))",
                "pg_publication_rel r where r.prpubid = x.oid",
            ),
            listed(_TABLE, "pg_publication_rel r where r.prpubid = x.oid"),
        ),
        "schemas": Since(
            V15,
            listed(
                "s.nspname",
                "pg_publication_namespace p join pg_namespace s on s.oid = p.pnnspid where p.pnpubid = x.oid",
            ),
        ),
    },
)

SUBSCRIPTIONS: Final = Query(
    kind=Kind.SUBSCRIPTION,
    catalog="pg_subscription",
    # Which 13 shows to superusers alone, and with it would show no subscription to anybody else.
    oid=Since(V14, "x.oid", "0"),
    shared=True,
    members=True,
    name="quote_ident(x.subname)",
    rows=f"pg_subscription x where x.subdbid = {HERE}",
    owner="x.subowner",
    facts={
        "enabled": "x.subenabled",
        "publications": "array_to_string(x.subpublications, ', ')",
        "slot": "x.subslotname::text",
    },
)
"""Without its connection string, which has the password of another server."""

REPLICATION_SLOTS: Final = Query(
    kind=Kind.REPLICATION_SLOT,
    catalog="pg_class",
    oid="0",
    members=True,
    name="x.slot_name",
    rows="pg_replication_slots x where x.database = current_database() and not x.temporary",
    facts={"plugin": "x.plugin::text"},
)

LARGE_OBJECTS: Final = Query(
    kind=Kind.LARGE_OBJECTS,
    catalog="pg_largeobject_metadata",
    oid="0",
    members=True,
    name="'large objects'",
    rows="(select count(*) as number from pg_largeobject_metadata) x where x.number > 0",
    facts={"number": "x.number"},
)

QUERIES: Final = (
    DATABASE,
    TABLESPACES,
    EXTENSIONS,
    FOREIGN_DATA_WRAPPERS,
    FOREIGN_SERVERS,
    EVENT_TRIGGERS,
    PUBLICATIONS,
    SUBSCRIPTIONS,
    REPLICATION_SLOTS,
    LARGE_OBJECTS,
)
