"""The target's server beside the source's: what has to be equal, or at least as much."""

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
    only,
    passed,
    warned,
)
from cutover.preflight.questions import both
from cutover.preflight.told import Told

IDENTITY: Final = (
    "select (select system_identifier::text from pg_control_system()) as system,\n"
    "       pg_postmaster_start_time() as started, current_database()::text as database"
)


def two_databases(_told: Told, source: Rows, target_rows: Rows) -> Finding:
    here, there = only(source), only(target_rows)
    # A copy of a data directory has its system's identifier, and is started at another microsecond.
    if (here["system"], here["started"]) != (there["system"], there["started"]):
        return passed("two servers")
    if here["database"] == there["database"]:
        return failed(f"both are database {here['database']} of the same server")
    return passed(f"databases {here['database']} and {there['database']} of one server")


def version(_told: Told, source: Rows, target_rows: Rows) -> Finding:
    here, there = only(source)["number"] // 10_000, only(target_rows)["number"] // 10_000
    fact = f"the source has {here}, the target {there}"
    if there < here:
        return warned(f"{fact}: what the source's version has added can't be made there")
    return passed(fact)


def encoding(_told: Told, source: Rows, target_rows: Rows) -> Finding:
    here, there = only(source)["encoding"], only(target_rows)["encoding"]
    fact = f"the source has {here}, the target {there}"
    return passed(fact) if here == there else failed(fact)


COLLATION: Final = """\
select d.datcollate as collation, d.datctype as ctype,
       coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') as provider,
       coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', '') as locale
from pg_database d where d.datname = current_database()"""


def collation(_told: Told, source: Rows, target_rows: Rows) -> Finding:
    here, there = only(source), only(target_rows)
    different = [
        f"{name} {here[name] or 'none'} and {there[name] or 'none'}"
        for name in here
        if here[name] != there[name]
    ]
    if different:
        return warned("source and target have " + ", ".join(different))
    return passed(f"both have {here['collation']}")


MOST_CONNECTIONS: Final = "select current_setting('max_connections')::int as most"

CONNECTIONS: Final = """\
select current_setting('max_connections')::int as most,
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
       - coalesce(current_setting('reserved_connections', true)::int, 0)
       - (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as free"""


def connections(told: Told, source: Rows, target_rows: Rows) -> Finding:
    most, row = only(source)["most"], only(target_rows)
    fact = f"the target takes {row['most']} connections, the source {most}; {row['free']} are free"
    if row["most"] < most or row["free"] < told.limits.free_connections:
        return warned(fact)
    return passed(fact)


def lock_room(_told: Told, source: Rows, target_rows: Rows) -> Finding:
    here, row = only(source), only(target_rows)
    need = here["tables"] + here["sequences"]
    fact = (
        f"{here['tables']} tables and {here['sequences']} sequences to lock, room for {row['room']}"
    )
    if need > row["room"]:
        per_transaction = -(-need * 5 // 4 // row["sessions"])
        return failed(
            fact,
            sql.set_in_configuration(
                "max_locks_per_transaction", str(per_transaction), restart=True
            ),
        )
    return passed(fact)


LOCKED: Final = f"""\
with {sql.SCOPE}
select count(*) filter (where c.relkind <> 'S')::int as tables,
       count(*) filter (where c.relkind = 'S')::int as sequences
from pg_class c join scope s on s.oid = c.relnamespace
where c.relkind in ('r', 'p', 'S') and c.relpersistence <> 't'"""

ROOM: Final = """\
select current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int as sessions,
       current_setting('max_locks_per_transaction')::int * (current_setting('max_connections')::int
       + current_setting('max_prepared_transactions')::int) as room"""

EXTENSIONS: Final = """\
select e.extname::text as name, e.extversion as version from pg_extension e order by 1"""

AVAILABLE: Final = """\
select name::text, default_version as version, installed_version as installed from pg_available_extensions"""


def extensions_available(_told: Told, source: Rows, target_rows: Rows) -> Finding:
    there = {row["name"] for row in target_rows}
    missing = [row["name"] for row in source if row["name"] not in there]
    if missing:
        return Finding(
            verdict=Verdict.FAIL,
            fact=f"the target has no {', '.join(missing)}",
            objects=tuple(missing),
            total=len(missing),
        )
    absent = [
        row["name"]
        for row in source
        if not next(found for found in target_rows if found["name"] == row["name"])["installed"]
    ]
    return Finding(
        verdict=Verdict.PASS,
        fact=f"each of {len(source)} is available"
        + (f"; still to be created: {', '.join(absent)}" if absent else ""),
        fixes=(),
    )


def number(version: str) -> tuple[int, ...]:
    """Of an extension's version, for comparison; what is no number counts as 0."""
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))


def extension_versions(_told: Told, source: Rows, target_rows: Rows) -> Finding:
    there = {row["name"]: row["installed"] or row["version"] for row in target_rows}
    older = [
        f"{row['name']} {there[row['name']]} (the source has {row['version']})"
        for row in source
        if row["name"] in there and number(there[row["name"]]) < number(row["version"])
    ]
    if older:
        return Finding(
            verdict=Verdict.WARN,
            fact=f"the target would have {', '.join(older)}",
            objects=tuple(older),
            total=len(older),
        )
    return passed("none is older than on the source")


PARAMETERS: Final = (
    "'TimeZone', 'DateStyle', 'IntervalStyle', 'standard_conforming_strings', 'bytea_output', 'xmlbinary', "
    "'extra_float_digits', 'default_transaction_isolation', 'search_path', 'lc_monetary', 'lc_numeric', 'lc_time', "
    "'default_text_search_config', 'client_encoding', 'transform_null_equals', 'quote_all_identifiers', "
    "'array_nulls', 'backslash_quote', 'row_security', 'timezone_abbreviations', 'default_toast_compression'"
)

PARAMETER_VALUES: Final = f"""\
select name, reset_val as value from pg_settings
where name in ({PARAMETERS}) and source <> 'client'
order by name"""


def parameters(_told: Told, source: Rows, target_rows: Rows) -> Finding:
    there = {row["name"]: row["value"] for row in target_rows}
    different = tuple(
        f"{row['name']} ({row['value'] or 'empty'} and {there[row['name']] or 'empty'})"
        for row in source
        if row["name"] in there and there[row["name"]] != row["value"]
    )
    if not different:
        return passed(f"{len(there)} parameters are equal")
    return Finding(
        verdict=Verdict.WARN,
        fact=f"source and target differ in {', '.join(different)}",
        objects=different,
        total=len(different),
    )


OWNERS: Final = f"""\
with {sql.SCOPE}
select distinct r.rolname::text as name from (
    select c.relowner as role from pg_class c join scope s on s.oid = c.relnamespace
    union select a.grantee from pg_class c join scope s on s.oid = c.relnamespace cross join aclexplode(c.relacl) a
    union select p.proowner from pg_proc p join scope s on s.oid = p.pronamespace
) found join pg_roles r on r.oid = found.role
where r.rolname !~ '^pg_' and r.rolname !~ '^rds' order by 1"""


def roles(_told: Told, source: Rows, target_rows: Rows) -> Finding:
    there = {row["name"] for row in target_rows}
    missing = tuple(row["name"] for row in source if row["name"] not in there)
    if not missing:
        return passed(f"each of {len(source)} roles exists on the target")
    return Finding(
        verdict=Verdict.WARN,
        fact=f"the target lacks {', '.join(missing[:5])}"
        + (f" and {len(missing) - 5} more" if len(missing) > 5 else ""),
        objects=missing,
        total=len(missing),
        fixes=tuple('create role "' + name.replace('"', '""') + '";' for name in missing),
    )


COMPARED: Final[tuple[Check, ...]] = (
    Check(
        id="two-databases",
        title="Source and target are two databases",
        side=Side.TARGET,
        threshold="another server or another name; else fail",
        asks=both(IDENTITY),
        judge=two_databases,
        remedy="correct --source-dsn or --target-dsn",
        documentation=doc.postgres("functions-info.html"),
    ),
    Check(
        id="target-version",
        title="The target is not older than the source",
        side=Side.TARGET,
        threshold="major version >= the source's; else warn",
        asks=both("select current_setting('server_version_num')::int as number"),
        judge=version,
        remedy="choose a newer engine version, or see that the schema can be made on the older one",
        documentation=doc.DMS_TARGET,
    ),
    Check(
        id="target-encoding",
        title="Both databases have one encoding",
        side=Side.TARGET,
        threshold="equal; else fail",
        asks=both("select current_setting('server_encoding') as encoding"),
        judge=encoding,
        remedy="make the target's database anew with the source's encoding",
        documentation=doc.postgres("multibyte.html"),
    ),
    Check(
        id="target-collation",
        title="Both databases sort alike",
        side=Side.TARGET,
        threshold="collation, ctype, provider and locale equal; else warn",
        asks=both(COLLATION),
        judge=collation,
        remedy="make the target's database with the source's collation, or see that nothing relies on an order",
        documentation=doc.postgres("collation.html"),
    ),
    Check(
        id="target-connections",
        title="The target takes as many connections as the source",
        side=Side.TARGET,
        threshold="max_connections >= the source's, 20 free; else warn",
        asks=both(MOST_CONNECTIONS, CONNECTIONS),
        judge=connections,
        remedy="raise database.max_capacity (max_connections follows at the next restart), or lower what pools hold",
        documentation=doc.AURORA_CAPACITY,
    ),
    Check(
        id="target-lock-room",
        title="The target's lock table has room for the gate",
        side=Side.TARGET,
        threshold="the source's tables + sequences <= max_locks_per_transaction x sessions; else fail",
        asks=both(LOCKED, ROOM),
        judge=lock_room,
        remedy="raise max_locks_per_transaction and restart",
        documentation=doc.GATE,
    ),
    Check(
        id="extensions-available",
        title="The target has every extension",
        side=Side.TARGET,
        threshold="each of the source's is available; else fail",
        asks=both(EXTENSIONS, AVAILABLE),
        judge=extensions_available,
        remedy="drop what nothing uses, or choose an engine version that has it",
        documentation=doc.AURORA_EXTENSIONS,
    ),
    Check(
        id="extension-versions",
        title="The target's extensions are not older",
        side=Side.TARGET,
        threshold="installed or default version >= the source's; else warn",
        asks=both(EXTENSIONS, AVAILABLE),
        judge=extension_versions,
        remedy="choose an engine version with a newer one, or see that nothing uses what was added",
        documentation=doc.AURORA_EXTENSIONS,
    ),
    Check(
        id="roles-on-target",
        title="Owners and grantees exist on the target",
        side=Side.TARGET,
        threshold="every role that owns or holds a grant; else warn",
        asks=both(OWNERS, "select rolname::text as name from pg_roles"),
        judge=roles,
        remedy="make them there, each with its rights and a password of its own",
        documentation=doc.postgres("app-pg-dumpall.html"),
    ),
    Check(
        id="parameters",
        title="Parameters that change results are equal",
        side=Side.TARGET,
        threshold="TimeZone, DateStyle, IntervalStyle, search_path and others; else warn",
        asks=both(PARAMETER_VALUES),
        judge=parameters,
        remedy="set the source's values in the target's parameter group, or for its database or roles",
        documentation=doc.postgres("runtime-config-client.html"),
    ),
)
