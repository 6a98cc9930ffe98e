"""The queries of an inventory that are about types, functions, operators and text search."""

from __future__ import annotations

from typing import Final

from cutover.adapters.postgres_inventory_query import (
    FIRST_NORMAL_OID,
    OF_THE_SYSTEM,
    Query,
    Since,
    flag,
    listed,
)
from cutover.schema.inventory import Kind

V14, V15, V16, V17 = 140000, 150000, 160000, 170000


def _in_schema(catalog: str, column: str, more: str = "") -> str:
    return f"{catalog} x join pg_namespace n on n.oid = x.{column} where not {OF_THE_SYSTEM}" + (
        f" and {more}" if more else ""
    )


def _of_its_own(catalog: str) -> str:
    """Not made by the server together with a type, as the functions of a range are."""
    return (
        "not exists (select from pg_depend i where i.deptype = 'i' "
        f"and i.classid = '{catalog}'::regclass and i.objid = x.oid)"
    )


def _function(column: str) -> str:
    """A function's name with its arguments; null where there is none."""
    return f"nullif({column}::oid, 0)::regprocedure::text"


def _collation(oid: str, own: str) -> str:
    return (
        "(select format('%I.%I', cn.nspname, l.collname) from pg_collation l "
        f"join pg_namespace cn on cn.oid = l.collnamespace where l.oid = {oid} and {oid} <> {own})"
    )


SCHEMAS: Final = Query(
    kind=Kind.SCHEMA,
    catalog="pg_namespace",
    rows=f"pg_namespace n join pg_namespace x on x.oid = n.oid where not {OF_THE_SYSTEM}",
    owner="x.nspowner",
)

ENUMS: Final = Query(
    kind=Kind.ENUM,
    catalog="pg_type",
    rows=_in_schema("pg_type", "typnamespace", "x.typtype = 'e'"),
    owner="x.typowner",
    facts={
        "labels": listed(
            "e.enumlabel", "pg_enum e where e.enumtypid = x.oid", order="e.enumsortorder"
        )
    },
)

COMPOSITES: Final = Query(
    kind=Kind.COMPOSITE_TYPE,
    catalog="pg_type",
    rows="pg_type x join pg_namespace n on n.oid = x.typnamespace join pg_class c on c.oid = x.typrelid "
    f"where x.typtype = 'c' and c.relkind = 'c' and not {OF_THE_SYSTEM}",
    owner="x.typowner",
    facts={
        "attributes": listed(
            "format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)) || coalesce(' collate ' || "
            + _collation(
                "a.attcollation", "(select typcollation from pg_type where oid = a.atttypid)"
            )
            + ", '')",
            "pg_attribute a where a.attrelid = x.typrelid and a.attnum > 0 and not a.attisdropped",
            order="a.attnum",
        )
    },
)

DOMAINS: Final = Query(
    kind=Kind.DOMAIN,
    catalog="pg_type",
    rows=_in_schema("pg_type", "typnamespace", "x.typtype = 'd'"),
    owner="x.typowner",
    facts={
        "type": "format_type(x.typbasetype, x.typtypmod)",
        "not null": flag("x.typnotnull"),
        "default": "coalesce(pg_get_expr(x.typdefaultbin, 0), x.typdefault)",
        "collation": _collation(
            "x.typcollation", "(select b.typcollation from pg_type b where b.oid = x.typbasetype)"
        ),
        "checks": listed(
            "format('%I %s', k.conname, pg_get_constraintdef(k.oid))",
            "pg_constraint k where k.contypid = x.oid and k.contype = 'c'",
            order="k.conname",
        ),
    },
)

RANGES: Final = Query(
    kind=Kind.RANGE,
    catalog="pg_type",
    rows="pg_type x join pg_namespace n on n.oid = x.typnamespace join pg_range r on r.rngtypid = x.oid "
    f"where x.typtype = 'r' and not {OF_THE_SYSTEM}",
    owner="x.typowner",
    facts={
        "subtype": "format_type(r.rngsubtype, null)",
        "operator class": "(pg_identify_object('pg_opclass'::regclass, r.rngsubopc, 0)).identity",
        "collation": "(select format('%I', l.collname) from pg_collation l where l.oid = r.rngcollation "
        "and l.collname <> 'default')",
        "canonical": _function("r.rngcanonical"),
        "difference": _function("r.rngsubdiff"),
        "multirange": Since(V14, "r.rngmultitypid::regtype::text"),
    },
)

BASE_TYPES: Final = Query(
    kind=Kind.BASE_TYPE,
    catalog="pg_type",
    rows=_in_schema(
        "pg_type",
        "typnamespace",
        "x.typtype in ('b', 'p') and not exists (select from pg_type el where el.typarray = x.oid)",
    ),
    owner="x.typowner",
    facts={
        "defined": "x.typisdefined",
        "input": "x.typinput::text",
        "output": "x.typoutput::text",
        "length": "x.typlen",
        "by value": flag("x.typbyval"),
        "alignment": "x.typalign::text",
        "storage": "x.typstorage::text",
        "element": "nullif(x.typelem, 0)::regtype::text",
        "category": "x.typcategory::text",
        "default": "x.typdefault",
    },
)

COLLATIONS: Final = Query(
    kind=Kind.COLLATION,
    catalog="pg_collation",
    rows=_in_schema("pg_collation", "collnamespace"),
    owner="x.collowner",
    facts={
        "provider": "case x.collprovider when 'c' then 'libc' when 'i' then 'icu' when 'b' then 'builtin' "
        "when 'd' then 'default' end",
        "locale": Since(
            V17,
            "coalesce(x.colllocale, x.collcollate)",
            Since(V15, "coalesce(x.colliculocale, x.collcollate)", "x.collcollate"),
        ),
        "ctype": "case x.collprovider when 'c' then x.collctype end",
        "deterministic": "x.collisdeterministic",
        "rules": Since(V16, "x.collicurules"),
    },
)
"""Its version is left out: that is the operating system's, and differs by nature."""

CONVERSIONS: Final = Query(
    kind=Kind.CONVERSION,
    catalog="pg_conversion",
    rows=_in_schema("pg_conversion", "connamespace"),
    owner="x.conowner",
    facts={
        "from": "pg_encoding_to_char(x.conforencoding)",
        "to": "pg_encoding_to_char(x.contoencoding)",
        "function": "x.conproc::text",
        "default": flag("x.condefault"),
    },
)


def _functions(kind: Kind, *prokinds: str) -> Query:
    kinds = ", ".join(f"'{prokind}'" for prokind in prokinds)
    return Query(
        kind=kind,
        catalog="pg_proc",
        rows=_in_schema(
            "pg_proc", "pronamespace", f"x.prokind in ({kinds}) and {_of_its_own('pg_proc')}"
        ),
        owner="x.proowner",
        facts={"definition": "pg_get_functiondef(x.oid)"},
    )


FUNCTIONS: Final = _functions(Kind.FUNCTION, "f", "w")
PROCEDURES: Final = _functions(Kind.PROCEDURE, "p")

AGGREGATES: Final = Query(
    kind=Kind.AGGREGATE,
    catalog="pg_proc",
    rows="pg_proc x join pg_namespace n on n.oid = x.pronamespace join pg_aggregate g on g.aggfnoid = x.oid "
    f"where not {OF_THE_SYSTEM}",
    owner="x.proowner",
    facts={
        "result": "pg_get_function_result(x.oid)",
        "kind": "g.aggkind::text",
        "state": "format_type(g.aggtranstype, null)",
        "space": "g.aggtransspace",
        "start": "g.agginitval",
        "step": _function("g.aggtransfn"),
        "final": _function("g.aggfinalfn"),
        "combine": _function("g.aggcombinefn"),
        "serialize": _function("g.aggserialfn"),
        "deserialize": _function("g.aggdeserialfn"),
        "moving step": _function("g.aggmtransfn"),
        "moving inverse": _function("g.aggminvtransfn"),
        "moving final": _function("g.aggmfinalfn"),
        "moving start": "g.aggminitval",
        "sort operator": "nullif(g.aggsortop, 0)::regoperator::text",
        "parallel": "x.proparallel::text",
    },
)

OPERATORS: Final = Query(
    kind=Kind.OPERATOR,
    catalog="pg_operator",
    rows=_in_schema("pg_operator", "oprnamespace"),
    owner="x.oprowner",
    facts={
        "function": _function("x.oprcode"),
        "result": "format_type(nullif(x.oprresult, 0), null)",
        "commutator": "nullif(x.oprcom, 0)::regoperator::text",
        "negator": "nullif(x.oprnegate, 0)::regoperator::text",
        "restrict": _function("x.oprrest"),
        "join": _function("x.oprjoin"),
        "hashes": flag("x.oprcanhash"),
        "merges": flag("x.oprcanmerge"),
    },
)

OPERATOR_FAMILIES: Final = Query(
    kind=Kind.OPERATOR_FAMILY,
    catalog="pg_opfamily",
    rows=_in_schema("pg_opfamily", "opfnamespace"),
    owner="x.opfowner",
    facts={
        "operators": listed(
            "format('%s %s %s', o.amopstrategy, o.amopopr::regoperator, o.amoppurpose)",
            "pg_amop o where o.amopfamily = x.oid",
        ),
        "functions": listed(
            "format('%s (%s, %s) %s', p.amprocnum, format_type(p.amproclefttype, null), "
            "format_type(p.amprocrighttype, null), p.amproc::oid::regprocedure)",
            "pg_amproc p where p.amprocfamily = x.oid",
        ),
    },
)

OPERATOR_CLASSES: Final = Query(
    kind=Kind.OPERATOR_CLASS,
    catalog="pg_opclass",
    rows=_in_schema("pg_opclass", "opcnamespace"),
    owner="x.opcowner",
    facts={
        "family": "(pg_identify_object('pg_opfamily'::regclass, x.opcfamily, 0)).identity",
        "type": "format_type(x.opcintype, null)",
        "default": flag("x.opcdefault"),
        "stored as": "format_type(nullif(x.opckeytype, 0), null)",
    },
)

CASTS: Final = Query(
    kind=Kind.CAST,
    catalog="pg_cast",
    rows=f"pg_cast x where x.oid >= {FIRST_NORMAL_OID} and {_of_its_own('pg_cast')}",
    facts={
        "function": _function("x.castfunc"),
        "method": "x.castmethod::text",
        "context": "x.castcontext::text",
    },
)

TRANSFORMS: Final = Query(
    kind=Kind.TRANSFORM,
    catalog="pg_transform",
    # The server's identity has another word in it until 15.
    name="format('for %s language %I', format_type(x.trftype, null), l.lanname)",
    rows="pg_transform x join pg_language l on l.oid = x.trflang where true",
    facts={"from SQL": _function("x.trffromsql"), "to SQL": _function("x.trftosql")},
)

LANGUAGES: Final = Query(
    kind=Kind.LANGUAGE,
    catalog="pg_language",
    rows=f"pg_language x where x.oid >= {FIRST_NORMAL_OID}",
    owner="x.lanowner",
    facts={
        "trusted": flag("x.lanpltrusted"),
        "handler": _function("x.lanplcallfoid"),
        "inline": _function("x.laninline"),
        "validator": _function("x.lanvalidator"),
    },
)

ACCESS_METHODS: Final = Query(
    kind=Kind.ACCESS_METHOD,
    catalog="pg_am",
    rows=f"pg_am x where x.oid >= {FIRST_NORMAL_OID}",
    facts={"type": "x.amtype::text", "handler": "x.amhandler::text"},
)

TEXT_SEARCH_PARSERS: Final = Query(
    kind=Kind.TEXT_SEARCH_PARSER,
    catalog="pg_ts_parser",
    rows=_in_schema("pg_ts_parser", "prsnamespace"),
    facts={
        "start": "x.prsstart::text",
        "token": "x.prstoken::text",
        "end": "x.prsend::text",
        "headline": "nullif(x.prsheadline::oid, 0)::regproc::text",
        "types": "x.prslextype::text",
    },
)

TEXT_SEARCH_TEMPLATES: Final = Query(
    kind=Kind.TEXT_SEARCH_TEMPLATE,
    catalog="pg_ts_template",
    rows=_in_schema("pg_ts_template", "tmplnamespace"),
    facts={
        "init": "nullif(x.tmplinit::oid, 0)::regproc::text",
        "lexize": "x.tmpllexize::text",
    },
)

TEXT_SEARCH_DICTIONARIES: Final = Query(
    kind=Kind.TEXT_SEARCH_DICTIONARY,
    catalog="pg_ts_dict",
    rows=_in_schema("pg_ts_dict", "dictnamespace"),
    owner="x.dictowner",
    facts={
        "template": "(pg_identify_object('pg_ts_template'::regclass, x.dicttemplate, 0)).identity",
        "options": "x.dictinitoption",
    },
)

TEXT_SEARCH_CONFIGURATIONS: Final = Query(
    kind=Kind.TEXT_SEARCH_CONFIGURATION,
    catalog="pg_ts_config",
    rows=_in_schema("pg_ts_config", "cfgnamespace"),
    owner="x.cfgowner",
    facts={
        "parser": "(pg_identify_object('pg_ts_parser'::regclass, x.cfgparser, 0)).identity",
        "mappings": listed(
            "format('%s.%s %s', m.maptokentype, m.mapseqno, m.mapdict::regdictionary)",
            "pg_ts_config_map m where m.mapcfg = x.oid",
        ),
    },
)

QUERIES: Final = (
    SCHEMAS,
    ENUMS,
    COMPOSITES,
    DOMAINS,
    RANGES,
    BASE_TYPES,
    COLLATIONS,
    CONVERSIONS,
    FUNCTIONS,
    PROCEDURES,
    AGGREGATES,
    OPERATORS,
    OPERATOR_FAMILIES,
    OPERATOR_CLASSES,
    CASTS,
    TRANSFORMS,
    LANGUAGES,
    ACCESS_METHODS,
    TEXT_SEARCH_PARSERS,
    TEXT_SEARCH_TEMPLATES,
    TEXT_SEARCH_DICTIONARIES,
    TEXT_SEARCH_CONFIGURATIONS,
)
