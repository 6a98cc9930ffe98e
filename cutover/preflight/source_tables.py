"""The source's tables: what DMS can follow, and what it passes over in silence."""

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
)
from cutover.preflight.questions import source
from cutover.preflight.told import Told


def tables_to_move(_told: Told, rows: Rows) -> Finding:
    row = only(rows)
    if not row["tables"]:
        return failed("there is no table in the schemas that are moved")
    return passed(
        f"{row['tables']} tables in {row['schemas']} schemas, about {row['rows']:,} rows, {row['size']}"
    )


WITHOUT_KEY: Final = """\
    select t.name as object,
           case when u.name is null then 'no unique index of columns that are NOT NULL'
                else 'unique index ' || u.name || ' could be its key' end as detail,
           case when u.name is null
                then '-- name the columns: alter table ' || t.name || ' add primary key (...);'
                when u.of_a_constraint
                then 'alter table ' || t.name || ' add primary key (' || u.columns || ');  -- locks it meanwhile'
                else 'alter table ' || t.name || ' add primary key using index ' || u.name || ';' end as fix
    from tables t
    left join lateral (
        select quote_ident(i.relname) as name,
               exists (select from pg_constraint k where k.conindid = x.indexrelid) as of_a_constraint,
               (select string_agg(quote_ident(a.attname), ', ' order by array_position(x.indkey::int2[], a.attnum))
                from pg_attribute a where a.attrelid = t.oid
                and a.attnum = any((x.indkey::int2[])[0:x.indnkeyatts - 1])) as columns
        from pg_index x join pg_class i on i.oid = x.indexrelid
        where x.indrelid = t.oid and x.indisunique and x.indisvalid and x.indimmediate
          and x.indpred is null and x.indexprs is null
          and not exists (select from pg_attribute a where a.attrelid = t.oid and a.attnum = any(x.indkey)
                          and not a.attnotnull)
        order by x.indnkeyatts, i.relname limit 1) as u on true
    where t.relkind = 'r' and t.relreplident = 'd'
      and not exists (select from pg_constraint k where k.conrelid = t.oid and k.contype = 'p')"""

OTHER_IDENTITY: Final = """\
    select t.name as object,
           case t.relreplident when 'f' then 'REPLICA IDENTITY FULL' else 'REPLICA IDENTITY USING INDEX' end as detail,
           '-- name the columns: alter table ' || t.name || ' add primary key (...);' as fix
    from tables t
    where t.relkind = 'r' and t.relreplident in ('f', 'i')
      and not exists (select from pg_constraint k where k.conrelid = t.oid and k.contype = 'p')"""

IDENTITY_NOTHING: Final = """\
    select t.name as object, '' as detail,
           'alter table ' || t.name || ' replica identity default;' as fix
    from tables t where t.relkind = 'r' and t.relreplident = 'n'"""

IDENTITY_FULL: Final = """\
    select t.name as object, '' as detail,
           'alter table ' || t.name || ' replica identity default;' as fix
    from tables t where t.relkind = 'r' and t.relreplident = 'f'
      and exists (select from pg_constraint k where k.conrelid = t.oid and k.contype = 'p')"""

IDENTITY_BROKEN: Final = """\
    select t.name as object, '' as detail,
           'alter table ' || t.name || ' replica identity default;' as fix
    from tables t where t.relkind = 'r' and t.relreplident = 'i'
      and not exists (select from pg_index x where x.indrelid = t.oid and x.indisreplident and x.indisvalid)"""

DEFERRABLE_KEYS: Final = """\
    select t.name as object, quote_ident(k.conname) as detail,
           'alter table ' || t.name || ' drop constraint ' || quote_ident(k.conname) || ', add constraint '
           || quote_ident(k.conname) || ' '
           || regexp_replace(pg_get_constraintdef(k.oid), ' DEFERRABLE( INITIALLY DEFERRED)?$', '')
           || ';  -- builds the index anew; drop foreign keys that point at it first' as fix
    from tables t join pg_constraint k on k.conrelid = t.oid
    where k.contype = 'p' and k.condeferrable and k.conparentid = 0"""

DEFERRABLE: Final = """\
    select t.name || '.' || quote_ident(k.conname) as object,
           case when k.condeferred then 'initially deferred' else 'deferrable' end as detail,
           case k.contype when 'f' then 'alter table ' || t.name || ' alter constraint ' || quote_ident(k.conname)
                || ' not deferrable;' else '' end as fix
    from tables t join pg_constraint k on k.conrelid = t.oid
    where k.contype in ('u', 'f', 'x') and k.condeferrable and k.conparentid = 0"""

KEY_UPDATES: Final = """\
    select t.name || '.' || quote_ident(k.conname) as object,
           'of ' || k.confrelid::regclass || ', ON UPDATE '
           || case k.confupdtype when 'c' then 'CASCADE' when 'n' then 'SET NULL' else 'SET DEFAULT' end as detail,
           '' as fix
    from tables t join pg_constraint k on k.conrelid = t.oid
    where k.contype = 'f' and k.confupdtype in ('c', 'n', 'd') and k.conparentid = 0"""

KEY_COLUMNS: Final = f"""\
    select c.name as object, c.declared as detail, '' as fix
    from columns c join pg_constraint k on k.conrelid = c.oid and k.contype = 'p' and c.attnum = any(k.conkey)
    where {sql.LOB}
       or (c.typname in ('varchar', 'bpchar') and (c.typmod = -1 or c.typmod - 4 >= 1024))"""

INVALID_INDEXES: Final = """\
    select quote_ident(t.nspname) || '.' || quote_ident(i.relname) as object, 'of ' || t.name as detail,
           'reindex index concurrently ' || quote_ident(t.nspname) || '.' || quote_ident(i.relname) || ';' as fix
    from tables t join pg_index x on x.indrelid = t.oid join pg_class i on i.oid = x.indexrelid
    where not (x.indisvalid and x.indisready) and i.relkind in ('i', 'I')"""

UNIQUE_EXPRESSIONS: Final = """\
    select quote_ident(t.nspname) || '.' || quote_ident(i.relname) as object,
           'of ' || t.name || ', ' || concat_ws(' and ', case when x.indexprs is not null then 'on an expression' end,
                                                case when x.indpred is not null then 'partial' end) as detail,
           '' as fix
    from tables t join pg_index x on x.indrelid = t.oid join pg_class i on i.oid = x.indexrelid
    where x.indisunique and (x.indexprs is not null or x.indpred is not null) and not i.relispartition"""

NOT_VALID: Final = """\
    select t.name || '.' || quote_ident(k.conname) as object,
           case k.contype when 'f' then 'foreign key' when 'c' then 'check' else 'not null' end as detail,
           'alter table ' || t.name || ' validate constraint ' || quote_ident(k.conname) || ';' as fix
    from tables t join pg_constraint k on k.conrelid = t.oid
    where not k.convalidated and k.contype in ('f', 'c', 'n')
      and coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true)"""

UNLOGGED: Final = """\
    select t.name as object, '' as detail, 'alter table ' || t.name || ' set logged;' as fix
    from tables t where t.relpersistence = 'u' and t.relkind = 'r'"""

PARTITIONED: Final = """\
    select t.name as object,
           (select count(*) from pg_partition_tree(t.oid) p where p.isleaf) || ' partitions'
           || case when exists (select from pg_constraint k where k.conrelid = t.oid and k.contype = 'p') then ''
                   else ', no primary key' end as detail,
           '' as fix
    from tables t where t.relkind = 'p' and not t.relispartition"""

INHERITED: Final = """\
    select t.name as object, 'from ' || i.inhparent::regclass as detail, '' as fix
    from tables t join pg_inherits i on i.inhrelid = t.oid
    where not t.relispartition"""

CASE_TWINS: Final = """\
    select min(t.name) as object, 'and ' || max(t.name) as detail, '' as fix
    from tables t group by lower(t.nspname), lower(t.relname) having count(*) > 1"""

AWKWARD: Final = """\
    select t.name as object, '' as detail, '' as fix from tables t
    where t.nspname || t.relname ~ '[][%%."]' and not t.relispartition
    union all
    select c.name, 'column', '' from columns c where c.attname ~ '[][%%."]'"""

SOURCE_TABLES: Final[tuple[Check, ...]] = (
    Check(
        id="tables-to-move",
        title="There is a table to move",
        side=Side.SOURCE,
        threshold="at least 1; else fail",
        asks=source(
            f"with {sql.TABLES}\n"
            "select count(*)::int as tables, count(distinct t.nspname)::int as schemas,\n"
            "       coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint as rows,\n"
            "       pg_size_pretty(coalesce(sum(c.relpages::bigint), 0) * current_setting('block_size')::int) as size\n"
            "from tables t join pg_class c on c.oid = t.oid where t.relkind = 'r'"
        ),
        judge=tables_to_move,
        remedy="check the database's name, source.schemas and source.exclude_tables",
        documentation=doc.SETTINGS,
    ),
    Check(
        id="tables-without-key",
        title="Every table has a primary key",
        side=Side.SOURCE,
        threshold="none without primary key and replica identity; else fail",
        asks=source(sql.listing(WITHOUT_KEY)),
        judge=none_of(
            "table|tables without a key: DMS passes over UPDATE and DELETE", Verdict.FAIL
        ),
        remedy="add a primary key, or leave the table behind (source.exclude_tables)",
        documentation=doc.DMS_SOURCE,
    ),
    Check(
        id="identity-without-primary-key",
        title="No table relies on another identity than a primary key",
        side=Side.SOURCE,
        threshold="none with REPLICA IDENTITY FULL or USING INDEX and no primary key; else warn",
        asks=source(sql.listing(OTHER_IDENTITY)),
        judge=none_of(
            "table|tables with a replica identity and no primary key: DMS may pass over UPDATE and DELETE, and "
            "validates none",
            Verdict.WARN,
        ),
        remedy="add a primary key",
        documentation=doc.DMS_SOURCE,
    ),
    Check(
        id="replica-identity-nothing",
        title="No table hides the old row",
        side=Side.SOURCE,
        threshold="none with REPLICA IDENTITY NOTHING; else fail",
        asks=source(sql.listing(IDENTITY_NOTHING)),
        judge=none_of(
            "table|tables with REPLICA IDENTITY NOTHING: no UPDATE or DELETE names its row",
            Verdict.FAIL,
        ),
        remedy="set REPLICA IDENTITY DEFAULT, with a primary key",
        documentation=doc.postgres("sql-altertable.html"),
    ),
    Check(
        id="replica-identity-full",
        title="No table writes whole old rows to the WAL",
        side=Side.SOURCE,
        threshold="none with a primary key and REPLICA IDENTITY FULL; else warn",
        asks=source(sql.listing(IDENTITY_FULL)),
        judge=none_of("table|tables with REPLICA IDENTITY FULL beside a primary key", Verdict.WARN),
        remedy="set REPLICA IDENTITY DEFAULT where nothing else needs the old row; pglogical can't decode FULL",
        documentation=doc.DMS_SOURCE,
    ),
    Check(
        id="replica-identity-broken",
        title="Every replica identity has its index",
        side=Side.SOURCE,
        threshold="none USING INDEX without a valid index; else fail",
        asks=source(sql.listing(IDENTITY_BROKEN)),
        judge=none_of("table|tables whose replica identity has lost its index", Verdict.FAIL),
        remedy="set REPLICA IDENTITY DEFAULT, or name another index",
        documentation=doc.postgres("sql-altertable.html"),
    ),
    Check(
        id="deferrable-primary-keys",
        title="No primary key is deferrable",
        side=Side.SOURCE,
        threshold="none; else fail",
        asks=source(sql.listing(DEFERRABLE_KEYS)),
        judge=none_of(
            "table|tables whose primary key is deferrable, which is no replica identity",
            Verdict.FAIL,
        ),
        remedy="make the key anew, not deferrable",
        documentation=doc.postgres("sql-altertable.html"),
    ),
    Check(
        id="deferrable-constraints",
        title="No unique or foreign key is deferrable",
        side=Side.SOURCE,
        threshold="none; else warn",
        asks=source(sql.listing(DEFERRABLE)),
        judge=none_of(
            "constraint is|constraints are deferrable, which DMS does not support", Verdict.WARN
        ),
        remedy="make them in post-data, after the load; replica sessions do not check foreign keys",
        documentation=doc.DMS_SOURCE,
    ),
    Check(
        id="key-updates",
        title="Primary keys do not change",
        side=Side.SOURCE,
        threshold="no foreign key ON UPDATE CASCADE, SET NULL or SET DEFAULT; else warn",
        asks=source(sql.listing(KEY_UPDATES)),
        judge=none_of(
            "foreign key expects|foreign keys expect that keys change, which DMS passes over",
            Verdict.WARN,
        ),
        remedy="make sure that nothing changes a primary key until the way back is closed",
        documentation=doc.DMS_SOURCE,
    ),
    Check(
        id="key-columns-not-validated",
        title="DMS can validate by every primary key",
        side=Side.SOURCE,
        threshold="no key column of a LOB type or of 1024 characters and more; else warn",
        asks=source(sql.listing(KEY_COLUMNS, over=sql.COLUMNS)),
        judge=none_of("key column|key columns that DMS can't validate by", Verdict.WARN),
        remedy="validate these tables with `cutover validate`, or give the columns a length below 1024",
        documentation=doc.DMS_VALIDATION,
    ),
    Check(
        id="invalid-indexes",
        title="Every index is valid",
        side=Side.SOURCE,
        threshold="none invalid; else warn",
        asks=source(sql.listing(INVALID_INDEXES)),
        judge=none_of("index is|indexes are not valid", Verdict.WARN),
        remedy="build them anew or drop them: the target would get an index that the source does not have",
        documentation=doc.postgres("sql-reindex.html"),
    ),
    Check(
        id="unique-expressions",
        title="No unique index is partial or on an expression",
        side=Side.SOURCE,
        threshold="none; else warn",
        asks=source(sql.listing(UNIQUE_EXPRESSIONS)),
        judge=none_of(
            "unique index is|unique indexes are partial or on an expression", Verdict.WARN
        ),
        remedy="make them in post-data, after the load; DMS neither makes them nor finds a row by them",
        documentation=doc.DMS_SOURCE,
    ),
    Check(
        id="not-valid-constraints",
        title="Every constraint is validated",
        side=Side.SOURCE,
        threshold="none NOT VALID; else warn",
        asks=source(sql.listing(NOT_VALID)),
        judge=none_of("constraint is|constraints are NOT VALID", Verdict.WARN),
        remedy="validate them, so that rows which break one are known before the target refuses them",
        documentation=doc.postgres("sql-altertable.html"),
    ),
    Check(
        id="unlogged-tables",
        title="Every table is in the WAL",
        side=Side.SOURCE,
        threshold="none unlogged; else fail",
        asks=source(sql.listing(UNLOGGED)),
        judge=none_of(
            "table is|tables are unlogged: no change of them is ever replicated", Verdict.FAIL
        ),
        remedy="make them logged, referenced ones first (of two that refer to each other one foreign key goes "
        "meanwhile), or leave them behind (source.exclude_tables)",
        documentation=doc.postgres("sql-createtable.html"),
    ),
    Check(
        id="partitioned-tables",
        title="Partitions are mapped on purpose",
        side=Side.SOURCE,
        threshold="none partitioned; else warn",
        asks=source(sql.listing(PARTITIONED)),
        judge=none_of(
            "partitioned table|partitioned tables: changes carry the partition's name, and DMS lists parent and "
            "partitions",
            Verdict.WARN,
        ),
        remedy="make every partition on the target beforehand, and stop jobs that make or drop partitions",
        documentation=doc.DMS_SOURCE,
    ),
    Check(
        id="inherited-tables",
        title="No table inherits from another",
        side=Side.SOURCE,
        threshold="none but partitions; else warn",
        asks=source(sql.listing(INHERITED)),
        judge=none_of(
            "table inherits|tables inherit: reading the parent reads their rows too", Verdict.WARN
        ),
        remedy="make sure by validation that no row was loaded twice, or leave the parent behind where it has no row",
        documentation=doc.postgres("ddl-inherit.html"),
    ),
    Check(
        id="case-twins",
        title="No two tables differ only by case",
        side=Side.SOURCE,
        threshold="none; else fail",
        asks=source(sql.listing(CASE_TWINS)),
        judge=none_of("pair|pairs of tables whose names differ only by case", Verdict.FAIL),
        remedy="rename one, or leave one behind: DMS mixes them up",
        documentation=doc.DMS_SOURCE,
    ),
    Check(
        id="awkward-names",
        title="Names need no escape in a table mapping",
        side=Side.SOURCE,
        threshold='no %, [, ], . or " in a schema, table or column; else warn',
        asks=source(sql.listing(AWKWARD, over=sql.COLUMNS)),
        judge=none_of(
            "name has|names have a character that means something in a table mapping", Verdict.WARN
        ),
        remedy="rename, or look at what the task's table statistics list before the load",
        documentation=doc.DMS_MAPPINGS,
    ),
)
