"""The kinds of write that the gate is asked about, with what becomes of each: one table for tests and docs/gate.md."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What becomes of a kind of write."""

    GATED = "held, then refused"
    """It waits while the barrier stands, goes on after an abort, gets 25006 once the database is closed."""
    REFUSED = "refused once closed"
    """25006 once closed; the barrier alone does not hold it."""
    READINESS = "refused before a cutover"
    """The gate does not cover it: a readiness check says no while it is possible."""
    RISK = "passes"
    """Named in cutover/risks.py."""
    HARMLESS = "passes on purpose"
    """Nothing that is moved is written."""


@dataclass(frozen=True)
class Write:
    """One kind."""

    name: str
    statements: tuple[str, ...]
    outcome: Outcome = Outcome.GATED
    before: tuple[str, ...] = ()
    """Run by the same session before the barrier is asked for."""
    since: int = 13
    superuser: bool = False
    """Only one can do it."""
    risk: str = ""
    without_freeze: str = ""
    """The risk where the cutover's role makes no event trigger; then it passes."""

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


def _ddl(name: str, *statements: str, since: int = 13) -> Write:
    return Write(name, statements, Outcome.REFUSED, since=since, without_freeze="schema-changes")


INSERT = "insert into accounts values (100)"
SNAPSHOT = "select count(*) from accounts"

WRITES = (
    Write("insert", (INSERT,)),
    Write("update", ("update accounts set balance = balance + 1",)),
    Write("delete", ("delete from accounts where id = 3",)),
    Write(
        "merge",
        (
            "merge into accounts a using (values (101)) v (id) on a.id = v.id "
            "when not matched then insert values (v.id)",
        ),
        since=15,
    ),
    Write("copy from", ("copy accounts (id) from stdin",)),
    Write("truncate", ("truncate ledger",)),
    Write("truncate cascade", ("truncate orders cascade",)),
    Write(
        "upsert", ("insert into accounts values (1) on conflict (id) do update set balance = 5",)
    ),
    Write("upsert that does nothing", ("insert into accounts values (1) on conflict do nothing",)),
    Write(
        "writable CTE",
        ("with w as (insert into ledger (note) values ('x') returning id) select * from w",),
    ),
    Write("insert from select", ("insert into ledger (note) select 'x' from accounts",)),
    Write("insert through a view", ("insert into notes (note) values ('x')",)),
    Write("partition by its parent", ("insert into events values (1, '2026-06-01')",)),
    Write("partition by its own name", ("insert into events_2026 values (2, '2026-06-01')",)),
    Write("row moved between partitions", ("update events set at = '2027-06-01' where id = 9",)),
    Write("inheritance parent", ("update base set id = id + 1",)),
    Write("inheritance child", ("insert into child values (7)",)),
    Write("foreign key, cascading delete", ("delete from orders where id = 1",)),
    Write("foreign key, cascading update", ("update orders set id = 20 where id = 2",)),
    Write("unlogged table", ("insert into scratch values (1)",)),
    Write("table in another schema", ('insert into "Odd Name"."Table; drop" values (1)',)),
    Write("prepared statement", ("execute p",), before=(f"prepare p as {INSERT}",)),
    Write("function", ("select add_account()",)),
    Write("procedure", ("call add_accounts()",)),
    Write("DO block", ("do $$ begin insert into accounts values (102); end $$",)),
    Write("trigger of another table", ("insert into audited values (1)",)),
    Write(
        "repeatable read, snapshot older than the closing",
        (INSERT, "commit"),
        before=("begin isolation level repeatable read", SNAPSHOT),
    ),
    Write(
        "serializable, snapshot older than the closing",
        (INSERT, "commit"),
        before=("begin isolation level serializable", SNAPSHOT),
    ),
    Write(
        "default_transaction_read_only overridden",
        (INSERT,),
        before=("set default_transaction_read_only = off",),
    ),
    Write("superuser", (INSERT,), superuser=True),
    Write(
        "prepared transaction begun while closed",
        ("begin", INSERT, "prepare transaction 'late'", "rollback prepared 'late'"),
    ),
    Write(
        "prepared transaction in flight",
        ("commit prepared 'early'",),
        Outcome.READINESS,
        before=("begin", INSERT, "prepare transaction 'early'"),
    ),
    _ddl("create table", "create table made (id int)"),
    _ddl("create table in a new schema", "create schema made", "create table made.made (id int)"),
    _ddl("create table as", "create table made as select 1 as id"),
    _ddl("select into", "select 1 as id into made"),
    _ddl("create index", "create index made on ledger (note)"),
    _ddl("create index concurrently", "create index concurrently made on ledger (note)"),
    _ddl("create function", "create function made() returns int language sql as 'select 1'"),
    _ddl("alter table", "alter table ledger add column made int"),
    _ddl("alter table that disables the gate", "alter table accounts disable trigger all"),
    _ddl("drop table", "drop table ledger cascade"),
    _ddl("drop index", "drop index ledger_by_note"),
    _ddl("grant", "grant select on ledger to public"),
    _ddl("materialized view refreshed", "refresh materialized view totals"),
    Write(
        "alter table that disables the gate, superuser",
        ("alter table accounts disable trigger all", INSERT),
        Outcome.REFUSED,
        superuser=True,
        without_freeze="superusers",
    ),
    Write(
        "temporary table",
        (
            "create temporary table private (id int)",
            "insert into private values (1)",
            "create index on private (id)",
            "alter table private add column note text",
            "drop table private",
        ),
        Outcome.HARMLESS,
    ),
    Write(
        "temporary table as a query",
        ("create temporary table private as select * from accounts", "truncate private"),
        Outcome.HARMLESS,
    ),
    Write("vacuum and analyze", ("vacuum ledger", "analyze ledger"), Outcome.HARMLESS),
    Write("reindex", ("reindex table ledger",), Outcome.HARMLESS),
    Write("nextval", ("select nextval('counter')",), Outcome.RISK, risk="sequences"),
    Write("setval", ("select setval('counter', 500)",), Outcome.RISK, risk="sequences"),
    Write("lo_create", ("select lo_create(0)",), Outcome.READINESS, risk="large-objects"),
    Write("lo_put", ("select lo_put(4711, 0, 'x')",), Outcome.READINESS, risk="large-objects"),
    Write("foreign table", ("insert into remote values (1)",), Outcome.RISK, risk="foreign-tables"),
    Write(
        "table of an extension",
        ("insert into of_an_extension values (1)",),
        Outcome.RISK,
        risk="extension-tables",
    ),
    Write(
        "session_replication_role = replica",
        ("set session_replication_role = replica", INSERT),
        Outcome.RISK,
        superuser=True,
        risk="replica-sessions",
    ),
)

SCHEMA = """
create table accounts (id int primary key, balance bigint not null default 0);
insert into accounts values (1), (2), (3);
create table ledger (id bigint generated by default as identity primary key, note text);
create index ledger_by_note on ledger (note);
create view notes as select note from ledger;
create table events (id int, at date not null, primary key (id, at)) partition by range (at);
create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');
create table events_2027 partition of events for values from ('2027-01-01') to ('2028-01-01');
insert into events values (9, '2026-01-01');
create table base (id int);
create table child () inherits (base);
create table orders (id int primary key);
create table lines (order_id int references orders on delete cascade on update cascade);
insert into orders values (1), (2);
insert into lines values (1), (2);
create unlogged table scratch (id int);
create schema "Odd Name";
create table "Odd Name"."Table; drop" (id int primary key);
create materialized view totals as select count(*) from accounts;
create sequence counter;
create function add_account() returns void language plpgsql as
    $$ begin insert into accounts values (103); end $$;
create procedure add_accounts() language plpgsql as
    $$ begin insert into accounts values (104); end $$;
create table of_an_extension (id int);
create table audited (id int);
create function note_it() returns trigger language plpgsql as
    $$ begin insert into ledger (note) values ('audited'); return new; end $$;
create trigger note_it before insert on audited for each row execute function note_it();
select lo_create(4711);
"""
