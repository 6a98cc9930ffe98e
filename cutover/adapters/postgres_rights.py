"""The roles of the migration as SQL: what each may do on either side, and why it must.

tests/postgres/test_roles.py takes every right away once and sees what fails without it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, LiteralString

from psycopg import sql

from cutover.errors import BadInput
from cutover.roles import RoleNames, TargetRoleNames

Statement = sql.SQL | sql.Composed

CHANGES: Final[LiteralString] = "select, insert, update, delete"
"""Read in one direction, applied in the other. No TRUNCATE: tables are empty when they are loaded."""

_MARKS: Final[tuple[LiteralString, ...]] = ("$$", "$roles$", "$of_the_migration$")


@dataclass(frozen=True, kw_only=True)
class Right:
    """One thing that must be possible."""

    key: str
    why: str
    """What fails without it, for the reader of the SQL."""
    ways: tuple[Statement, ...]
    """Statements, of which the first that may be given is enough."""
    holds: Statement | None = None
    """Whether it was given: GRANT may do nothing and only warn."""
    last_resort: Statement | None = None
    """More than is needed, where the server gives no less."""


# What both sides need.


def _create(role: str) -> Right:
    return Right(
        key=f"create {role}",
        why=f"the role {role} exists, may log in, and has what it is given through other roles",
        ways=(
            _do(
                sql.SQL(
                    "begin\n    create role {role};\n"
                    "exception when duplicate_object then\n    null;\nend"
                ).format(role=sql.Identifier(role))
            )
            + sql.SQL(
                ";\nalter role {role} login inherit connection limit -1 valid until 'infinity'"
            ).format(role=sql.Identifier(role)),
        ),
    )


def _holds(kind: LiteralString, role: str, name: str, *privileges: str) -> sql.Composed:
    """Whether the role has every one of the privileges on the database or schema."""
    each = sql.SQL(" and ").join(
        sql.SQL("{}({}, {}, {})").format(
            sql.SQL(f"has_{kind}_privilege"),
            sql.Literal(role),
            sql.Literal(name),
            sql.Literal(privilege),
        )
        for privilege in privileges
    )
    return sql.SQL("select {}").format(each)


def _holds_changes(role: str, schema: str) -> sql.Composed:
    """Whether the role may read and change every table of the schema."""
    return sql.SQL(
        "select coalesce(bool_and(has_table_privilege({role}, c.oid, may)), true)\n"
        "from pg_class c join pg_namespace n on n.oid = c.relnamespace,\n"
        "     regexp_split_to_table({changes}, ', ') as may\n"
        "where n.nspname = {schema} and c.relkind in ('r', 'p')"
    ).format(role=sql.Literal(role), changes=sql.Literal(CHANGES), schema=sql.Literal(schema))


def _act_for(role: str) -> Right:
    return Right(
        key=f"act for {role}",
        why=f"from PostgreSQL 16 on, who makes {role} may not yet give it a schema, or say what it "
        "grants by default",
        ways=(sql.SQL("grant {} to current_user").format(sql.Identifier(role)),),
    )


def _connect(names: RoleNames) -> Right:
    return Right(
        key="connect",
        why="where CONNECT was taken from PUBLIC, nobody gets in without this",
        ways=(
            sql.SQL("grant connect on database {database} to {roles}").format(
                database=sql.Identifier(names.database), roles=_listed(names.all)
            ),
        ),
        holds=_all(_holds("database", role, names.database, "connect") for role in names.all),
    )


def _own_schemas(names: RoleNames) -> list[Right]:
    """The schemas of the two tools, on either side: each works in both directions."""
    replication, cutover = sql.Identifier(names.replication), sql.Identifier(names.cutover)
    return [
        Right(
            key="the schema cutover",
            why="gate, heartbeat and token belong to the cutover",
            ways=(
                sql.SQL(
                    "create schema if not exists cutover authorization {role};\n"
                    "alter schema cutover owner to {role}"
                ).format(role=cutover),
            ),
        ),
        Right(
            key="the heartbeat of DMS",
            why="DMS makes its heartbeat table beside them, so that a quiet database holds no WAL",
            ways=(sql.SQL("grant usage, create on schema cutover to {}").format(replication),),
            holds=_holds("schema", names.replication, "cutover", "usage", "create"),
        ),
        Right(
            key="the rows of the proof",
            why="DMS reads heartbeat and token on one side and writes them on the other",
            ways=(
                sql.SQL(
                    "grant {changes} on all tables in schema cutover to {replication};\n"
                    "alter default privileges for role {cutover} in schema cutover\n"
                    "    grant {changes} on tables to {replication}"
                ).format(changes=sql.SQL(CHANGES), replication=replication, cutover=cutover),
            ),
            holds=_holds_changes(names.replication, "cutover"),
        ),
        Right(
            key="the control tables",
            why="DMS keeps apply exceptions, status and validation failures on the side it "
            "applies to, which after the switch is the source",
            ways=(
                sql.SQL("create schema if not exists awsdms_control authorization {}").format(
                    replication
                ),
            ),
        ),
        Right(
            key="see sessions",
            why="other roles' transactions would read as idle, and the barrier would wait for them "
            "in vain",
            ways=(
                sql.SQL("grant pg_read_all_stats to {}").format(cutover),
                # Where the administrator may give only what holds it, as rds_superuser may.
                sql.SQL("grant pg_monitor to {}").format(cutover),
            ),
        ),
        Right(
            key="end sessions",
            why="sessions that hold the barrier up beyond the patience are ended",
            ways=(sql.SQL("grant pg_signal_backend to {}").format(cutover),),
        ),
    ]


def _make_slots(*ways: Statement) -> Right:
    return Right(
        key="make slots",
        why="the switch makes the slot of the way back on the new writer, moves it behind what came "
        "from the old one, and drops there what the old stream read; PostgreSQL has no smaller right",
        ways=ways,
    )


def _schema_usage(names: RoleNames) -> list[Right]:
    return [
        Right(
            key=f"usage of {schema}",
            why=f"DMS finds the tables of {schema}",
            ways=(
                sql.SQL("grant usage on schema {} to {}").format(
                    sql.Identifier(schema), sql.Identifier(names.replication)
                ),
            ),
            holds=_holds("schema", names.replication, schema, "usage"),
        )
        for schema in names.schemas
    ]


# The source: run once by a person, as a superuser, with psql.


def rights_on_source(names: RoleNames) -> list[Right]:
    """What the two roles need on the source, in the order in which it is given."""
    replication, cutover = sql.Identifier(names.replication), sql.Identifier(names.cutover)
    return [
        *(_create(role) for role in names.all),
        _connect(names),
        Right(
            key="make the schema cutover",
            why="`cutover install` begins with CREATE SCHEMA IF NOT EXISTS, which asks for this "
            "right even where the schema is there",
            ways=(
                sql.SQL("grant create on database {} to {}").format(
                    sql.Identifier(names.database), cutover
                ),
            ),
        ),
        *_own_schemas(names),
        *_schema_usage(names),
        *(
            Right(
                key=f"tables of {schema}",
                why=f"DMS reads the tables of {schema}, and after the switch applies to them",
                ways=(
                    sql.SQL("grant {} on all tables in schema {} to {}").format(
                        sql.SQL(CHANGES), sql.Identifier(schema), replication
                    ),
                ),
            )
            for schema in names.schemas
        ),
        Right(
            key="tables to come",
            why="a table or partition that is made during the migration must not stop the task",
            ways=(_do(_for_each_owner(_DEFAULTS, names)),),
        ),
        Right(
            key="replicate",
            why="DMS makes a replication slot and reads the WAL",
            ways=(sql.SQL("alter role {} replication").format(replication),),
        ),
        _make_slots(sql.SQL("alter role {} replication").format(cutover)),
        Right(
            key="apply without triggers",
            why="on the way back DMS applies what already ran through triggers and foreign keys",
            ways=(
                _do(
                    sql.SQL(
                        "begin\n"
                        "    if current_setting('server_version_num')::int >= 150000 then\n"
                        # Not parsed before it is run: an older server does not know the words.
                        "        execute format('grant set on parameter session_replication_role to %I', {name});\n"
                        "    else\n"
                        "        raise warning 'before PostgreSQL 15 only a superuser may set "
                        "session_replication_role: the way back needs it of %', {name};\n"
                        "    end if;\nend"
                    ).format(name=sql.Literal(names.replication))
                ),
            ),
        ),
        Right(
            key="own the tables",
            why="only an owner drops a trigger, and the gate is one; LOCK TABLE and setval come "
            "with it. A superuser's tables must be given to another role first",
            ways=(_do(_for_each_owner(_MEMBERSHIP, names, cutover=cutover)),),
        ),
    ]


_OWNERS: Final[LiteralString] = """\
declare
    owner record;
begin
    for owner in
        select distinct r.rolname, r.rolsuper, n.nspname
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        join pg_roles r on r.oid = c.relowner
        where c.relkind in ('r', 'p', 'S') and c.relpersistence in ('p', 'u')
          and {where}
          and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass
                          and d.objid = c.oid and d.deptype = 'e')
    loop
{act}
    end loop;
end"""

_DEFAULTS: Final[LiteralString] = """\
        execute format('alter default privileges for role %I in schema %I grant {changes} on tables to %I',
                       owner.rolname, owner.nspname, {replication_name});"""

_MEMBERSHIP: Final[LiteralString] = """\
        if owner.rolsuper then
            raise exception 'the superuser % owns tables or sequences in %', owner.rolname, owner.nspname
                using hint = 'ALTER ... OWNER TO a role that is no superuser: a member of this one would be one.';
        end if;
        execute format('grant %I to %I', owner.rolname, {cutover_name});"""


def _for_each_owner(
    act: LiteralString, names: RoleNames, *, cutover: sql.Identifier | None = None
) -> sql.Composed:
    """With `cutover`, over all of the application's tables: the barrier holds every one."""
    where = (
        sql.SQL(
            "n.nspname not in ('pg_catalog', 'information_schema', 'cutover', 'awsdms_control')\n"
            "          and n.nspname !~ '^pg_(toast|temp)'"
        )
        if cutover
        else sql.SQL("n.nspname in ({})").format(
            sql.SQL(", ").join(sql.Literal(schema) for schema in names.schemas)
        )
    )
    return sql.SQL(_OWNERS).format(
        where=where,
        act=sql.SQL(act).format(
            changes=sql.SQL(CHANGES),
            replication_name=sql.Literal(names.replication),
            cutover_name=sql.Literal(names.cutover),
        ),
    )


# The target: run by the function of the cutover stack, as its administrator.


def rights_on_target(names: TargetRoleNames) -> list[Right]:
    """What the three roles need on the target, in the order in which it is given."""
    replication, cutover = sql.Identifier(names.replication), sql.Identifier(names.cutover)
    application = sql.Identifier(names.application)
    return [
        *(_create(role) for role in names.all),
        *(_act_for(role) for role in names.all),
        _connect(names),
        *(
            Right(
                key=f"the schema {schema}",
                why=f"the application makes and owns what is in {schema}",
                ways=(
                    sql.SQL(
                        "create schema if not exists {schema} authorization {role};\n"
                        "grant usage, create on schema {schema} to {role}"
                    ).format(schema=sql.Identifier(schema), role=application),
                ),
                holds=_holds("schema", names.application, schema, "usage", "create"),
            )
            for schema in names.schemas
        ),
        Right(
            key="make schemas",
            why="the copy of the schema brings those too that are not moved, and who is to own one "
            "must be able to make one; the cutover, a member of this role, makes its own",
            ways=(
                sql.SQL("grant create on database {} to {}").format(
                    sql.Identifier(names.database), application
                ),
            ),
            holds=_holds("database", names.application, names.database, "create"),
        ),
        *_own_schemas(names),
        *_schema_usage(names),
        *(
            Right(
                key=f"copied tables of {schema}",
                why="the copy of the schema makes tables as the administrator, and then gives them "
                "to the application: what they were born with stays",
                ways=(
                    sql.SQL(
                        "alter default privileges in schema {schema} grant {changes} on tables to {role}"
                    ).format(
                        schema=sql.Identifier(schema), changes=sql.SQL(CHANGES), role=replication
                    ),
                ),
            )
            for schema in names.schemas
        ),
        *(
            Right(
                key=f"tables of {schema}",
                why=f"DMS applies to the tables of {schema}, and on the way back reads them",
                ways=(
                    sql.SQL(
                        "grant {changes} on all tables in schema {schema} to {replication};\n"
                        "alter default privileges for role {application} in schema {schema}\n"
                        "    grant {changes} on tables to {replication}"
                    ).format(
                        changes=sql.SQL(CHANGES),
                        schema=sql.Identifier(schema),
                        replication=replication,
                        application=application,
                    ),
                ),
                holds=_holds_changes(names.replication, schema),
            )
            for schema in names.schemas
        ),
        Right(
            key="replicate",
            why="the way back reads the target's WAL by a slot",
            ways=(
                # Aurora gives the attribute to nobody; its role does the same.
                sql.SQL("grant rds_replication to {}").format(replication),
                sql.SQL("alter role {} replication").format(replication),
            ),
        ),
        _make_slots(
            sql.SQL("grant rds_replication to {}").format(cutover),
            sql.SQL("alter role {} replication").format(cutover),
        ),
        Right(
            key="apply without triggers",
            why="DMS applies what already ran through triggers and foreign keys on the other side",
            ways=(
                sql.SQL("grant set on parameter session_replication_role to {}").format(
                    replication
                ),
            ),
            holds=sql.SQL(
                "select has_parameter_privilege({}, 'session_replication_role', 'set')"
            ).format(sql.Literal(names.replication)),
            # Its members may set the parameter on RDS and Aurora (github dotCMS/core#21065); that
            # the administrator may grant it alone is known from RDS (cityofaustin/atd-data-tech
            # #23488), where the grant must be revoked again before a major upgrade.
            last_resort=sql.SQL("grant rds_superuser to {}").format(replication),
        ),
        Right(
            key="own the tables",
            why="only an owner drops a trigger, and the gate is one; LOCK TABLE, TRUNCATE, ANALYZE "
            "and setval come with it",
            ways=(sql.SQL("grant {} to {}").format(application, cutover),),
        ),
    ]


def script(rights: list[Right], *, side: str, names: RoleNames) -> str:
    """The statements for psql, each under its reason. No password is in them."""
    roles = ", ".join(names.all)
    user = "a superuser" if side == "source" else "the administrator"
    head = f"""\
The roles of the migration on the {side}: {roles}.
Run it as {user}, all or nothing, once more after a change; it takes nothing away:
psql --single-transaction --set ON_ERROR_STOP=1 --dbname {names.database} --file FILE
Then give each role the password that its secret has; psql sends it hashed:
"""
    passwords = "".join(f"\\password {quote(role)}\n" for role in names.all)
    # A superuser is refused nothing, so on the source the first way is the only one.
    told = [_told(right, ways=1 if side == "source" else len(right.ways)) for right in rights]
    return "\n".join([_commented(head + passwords), *told])


def quote(name: str) -> str:
    """A name as SQL and psql read it."""
    return sql.Identifier(name).as_string(None)


def _told(right: Right, *, ways: int) -> str:
    first, *others = (way.as_string(None) for way in right.ways[:ways])
    instead = "".join(f"-- Where that is refused: {other};\n" for other in others)
    why = _commented(f"{right.why[0].upper()}{right.why[1:]}.")
    return f"{why}{first};\n{instead}"


def _commented(text: str) -> str:
    lines = (
        line
        for paragraph in text.splitlines()
        for line in textwrap.wrap(paragraph, 96, break_on_hyphens=False, break_long_words=False)
    )
    return "".join(f"-- {line}\n" for line in lines)


def _do(body: sql.Composed) -> sql.Composed:
    """An anonymous block, quoted by a mark that its own text, which holds names, does not contain."""
    text = body.as_string(None)
    for mark in _MARKS:
        if mark not in text:
            return sql.SQL("do {mark}\n{body}\n{mark}").format(mark=sql.SQL(mark), body=body)
    raise BadInput(f"a name has each of {', '.join(_MARKS)} in it: rename the role or the schema")


def _all(queries: Iterable[sql.Composed]) -> sql.Composed:
    """One query for all: whether each says yes."""
    each = sql.SQL(" and ").join(sql.SQL("({})").format(query) for query in queries)
    return sql.SQL("select {}").format(each)


def _listed(roles: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(role) for role in roles)
