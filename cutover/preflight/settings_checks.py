"""The settings file, held against the databases and against good custom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cutover.preflight import documentation as doc
from cutover.preflight import sql
from cutover.preflight.check import (
    Check,
    Finding,
    Rows,
    Side,
    Verdict,
    none_of,
    only,
    passed,
    warned,
)
from cutover.preflight.questions import both, source
from cutover.preflight.told import Told, ToldSettings


def given(told: Told) -> ToldSettings:
    """Such a check is asked only where there are settings."""
    assert told.settings is not None
    return told.settings


def databases(told: Told, source_rows: Rows, target_rows: Rows) -> Finding:
    asked = {
        "source.database": (given(told).source_database, only(source_rows)["name"]),
        "database.name": (given(told).target_database, only(target_rows)["name"]),
    }
    wrong = [
        f"{key} is {name}, and {found} was asked"
        for key, (name, found) in asked.items()
        if name != found
    ]
    return warned("; ".join(wrong)) if wrong else passed("the databases of the settings were asked")


def missing(key: str, names: Callable[[ToldSettings], tuple[str, ...]]) -> Callable[..., Finding]:
    """A judge of names in the settings of which the query tells those that are there."""

    def judge(told: Told, rows: Rows) -> Finding:
        there = {row["name"] for row in rows}
        absent = tuple(name for name in names(given(told)) if name not in there)
        if absent:
            return Finding(
                verdict=Verdict.FAIL,
                fact=f"{key} has {', '.join(absent)}, which the source has not",
                objects=absent,
                total=len(absent),
            )
        return passed(f"each of {len(names(given(told)))} in {key} is there")

    return judge


def fence(told: Told) -> Finding:
    if given(told).fence == "login":
        return warned("cutover.fence is login: superusers and roles that are not named write on")
    return passed(f"cutover.fence is {given(told).fence}")


def record_ttl(told: Told) -> Finding:
    seconds = given(told).record_ttl_seconds
    fact = f"cutover.record_ttl_seconds is {seconds}"
    return warned(fact) if seconds > told.limits.ttl_seconds else passed(fact)


def server_identity(told: Told) -> Finding:
    settings, weak = given(told), []
    if settings.ssl_mode not in ("verify-ca", "verify-full"):
        weak.append(f"source.ssl_mode is {settings.ssl_mode}")
    if not settings.target_ca_certificate:
        weak.append("dms.target_ca_certificate is empty")
    return warned(" and ".join(weak)) if weak else passed("both servers are checked")


def load_capacity(told: Told) -> Finding:
    settings = given(told)
    if settings.full_load:
        return passed("database.full_load is true")
    fact = f"database.full_load is false, and max_capacity {settings.max_capacity:g}"
    return warned(fact) if settings.max_capacity <= told.limits.small_capacity else passed(fact)


def protection(told: Told) -> Finding:
    if given(told).deletion_protection:
        return passed("database.deletion_protection is true")
    return warned("database.deletion_protection is false")


def emails(told: Told) -> Finding:
    count = len(given(told).emails)
    return passed(f"{count} addresses") if count else warned("notifications.emails is empty")


SCHEMAS: Final = f"with {sql.TABLES}\nselect distinct t.nspname::text as name from tables t"

ALL_NAMES: Final = """\
select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname = any(%(schemas)s::text[])
  and n.nspname || '.' || c.relname = any(%(excluded)s::text[])"""

ALL_GENERATED: Final = """\
select n.nspname || '.' || c.relname || '.' || a.attname as name
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where a.attgenerated <> '' and not a.attisdropped
  and n.nspname || '.' || c.relname || '.' || a.attname = any(%(generated)s::text[])"""

LEFT_BEHIND: Final = """\
    select t.name || '.' || quote_ident(k.conname) as object, 'to ' || k.confrelid::regclass as detail, '' as fix
    from tables t join pg_constraint k on k.conrelid = t.oid
    where k.contype = 'f' and k.conparentid = 0
      and not exists (select from tables other where other.oid = k.confrelid)"""

DATABASE: Final = "select current_database()::text as name"


def check(
    check_id: str,
    title: str,
    threshold: str,
    judge: Callable[..., Finding],
    remedy: str,
    where: str = doc.SETTINGS,
) -> Check:
    """One that asks nobody."""
    return Check(
        id=check_id,
        title=title,
        side=Side.SETTINGS,
        threshold=threshold,
        asks=(),
        judge=judge,
        remedy=remedy,
        documentation=where,
        needs_settings=True,
    )


SETTINGS_CHECKS: Final[tuple[Check, ...]] = (
    Check(
        id="settings-database",
        title="The settings name the databases that are asked",
        side=Side.SETTINGS,
        threshold="source.database and database.name; else warn",
        asks=both(DATABASE),
        judge=databases,
        remedy="correct the settings or the connection strings",
        documentation=doc.SETTINGS,
        needs_settings=True,
    ),
    Check(
        id="settings-schemas",
        title="Every schema of the settings has tables",
        side=Side.SETTINGS,
        threshold="all of source.schemas; else fail",
        asks=source(SCHEMAS),
        judge=missing("source.schemas", lambda settings: settings.schemas),
        remedy="correct source.schemas",
        documentation=doc.SETTINGS,
        needs_settings=True,
    ),
    Check(
        id="settings-excluded-tables",
        title="Every table that stays behind exists",
        side=Side.SETTINGS,
        threshold="all of source.exclude_tables; else fail",
        asks=source(ALL_NAMES),
        judge=missing("source.exclude_tables", lambda settings: settings.exclude_tables),
        remedy="correct source.exclude_tables: a name that is misspelt leaves nothing behind",
        documentation=doc.SETTINGS,
        needs_settings=True,
    ),
    Check(
        id="settings-generated-columns",
        title="Every generated column of the settings is one",
        side=Side.SETTINGS,
        threshold="all of source.generated_columns; else fail",
        asks=source(ALL_GENERATED),
        judge=missing("source.generated_columns", lambda settings: settings.generated_columns),
        remedy="correct source.generated_columns: any other column named there is not replicated at all",
        documentation=doc.SETTINGS,
        needs_settings=True,
    ),
    Check(
        id="references-left-behind",
        title="No foreign key leads to a table that stays behind",
        side=Side.SETTINGS,
        threshold="none; else fail",
        asks=source(sql.listing(LEFT_BEHIND)),
        judge=none_of(
            "foreign key leads|foreign keys lead to tables that stay behind", Verdict.FAIL
        ),
        remedy="move these tables too, or drop the foreign key on the target",
        documentation=doc.SETTINGS,
        needs_settings=True,
    ),
    check(
        "settings-fence",
        "The stronger fence is used",
        "cutover.fence = trigger; else warn",
        fence,
        "give the cutover's role the tables' owner and use trigger",
        doc.GATE,
    ),
    check(
        "settings-record-ttl",
        "Names are kept for seconds only",
        "cutover.record_ttl_seconds <= 5; else warn",
        record_ttl,
        "lower it: for so long clients may still go to the old writer",
    ),
    check(
        "settings-server-identity",
        "Connections check whom they speak to",
        "source.ssl_mode verify-ca or verify-full, and dms.target_ca_certificate; else warn",
        server_identity,
        "name the authorities' PEM files in source.ca_certificate and dms.target_ca_certificate",
    ),
    check(
        "settings-load-capacity",
        "The target is large enough for the load",
        "database.full_load, or max_capacity over 2; else warn",
        load_capacity,
        "deploy with database.full_load = true before the load is started",
        doc.AURORA_CAPACITY,
    ),
    check(
        "settings-protection",
        "The target's data can't be deleted by accident",
        "database.deletion_protection = true; else warn",
        protection,
        "set it to true",
    ),
    check(
        "settings-emails",
        "Somebody is told",
        "at least one address in notifications.emails; else warn",
        emails,
        "name an address that people read",
    ),
)
