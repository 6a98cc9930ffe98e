"""What the gate leaves open, each under a name: the plan and the report say which of these a cutover takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Risk:
    """A write that the closed side may still take, or a doubt that a check may leave."""

    id: str
    what: str
    applies_when: str
    detected_by: str
    remedy: str


RISKS: Final = (
    Risk(
        id="replica-sessions",
        what="a session that sets session_replication_role = replica writes past every trigger of the gate",
        applies_when="a superuser does so, or a role that was granted SET on the parameter (PostgreSQL 15)",
        detected_by="readiness, where a role or the database is set so; the audit of the closed side, which "
        "counts the rows that were written",
        remedy="let no application be a superuser; revoke the grant from all but the replication's role",
    ),
    Risk(
        id="superusers",
        what="a superuser, or a table's owner where there is no freeze, disables or drops the gate's triggers",
        applies_when="sessions of superusers that are not this cutover's are connected to the source",
        detected_by="readiness names them; gate() says partial, and verify-switch fails, where a trigger is off",
        remedy="give the application a role that is no superuser and owns no table; keep people out "
        "during the switch",
    ),
    Risk(
        id="schema-changes",
        what="DDL on the closed side: a new table takes writes, a dropped one is gone",
        applies_when="the cutover's role is neither a superuser nor in rds_superuser: it makes no event trigger",
        detected_by="gate() says partial for a table without a trigger, which verify-switch closes and names; the "
        "audit names tables that are new, gone or rewritten",
        remedy="let a superuser make the three event triggers beforehand (docs/gate.md), or stop deployments "
        "until the way back is closed",
    ),
    Risk(
        id="tables-made-in-the-last-instant",
        what="a table whose creation begins after the last look and before the closing's commit has no trigger",
        applies_when="a session makes tables in the very millisecond of the closing",
        detected_by="gate() says partial; verify-switch closes it and writes its name down, and the audit, which is "
        "bad then, calls a person",
        remedy="copy its rows to the other side; stop deployments and jobs that make tables during the switch",
    ),
    Risk(
        id="sequences",
        what="nextval and setval draw numbers on the closed side",
        applies_when="always: a sequence has no trigger",
        detected_by="the audit, which compares each sequence's last value with that at the closing",
        remedy="sequence_margin covers what is drawn without being stored; choose it larger than what the "
        "application draws in a switch",
    ),
    Risk(
        id="large-objects",
        what="lo_create, lo_put and lo_unlink write past the gate, and DMS does not carry them",
        applies_when="large_objects_unused is set although the source has large objects",
        detected_by="readiness, by their number; the audit, by the rows of pg_largeobject",
        remedy="move them into bytea columns, or prove that nothing uses them",
    ),
    Risk(
        id="foreign-tables",
        what="a write to a foreign table goes through to another server, whichever side is closed",
        applies_when="the source has foreign tables",
        detected_by="readiness names them",
        remedy="point the application at the other server itself, or stop what writes through them",
    ),
    Risk(
        id="extension-tables",
        what="tables that belong to an extension (spatial_ref_sys of PostGIS, cron.job, part_config of pg_partman) "
        "have no trigger and are not replicated: what is written to them stays where it is written",
        applies_when="an extension brings tables along and somebody writes to them",
        detected_by="nothing: neither readiness nor the audit looks at them; cutover schema diff compares "
        "extensions, not their rows",
        remedy="copy their rows by hand once the target has the extension, and again behind the switch where they "
        "changed",
    ),
    Risk(
        id="subscriptions-into-the-source",
        what="a subscription on the source applies its publisher's changes past the gate, also once it is closed",
        applies_when="the source itself receives logical replication",
        detected_by="preflight warns (source-is-subscriber) and nothing refuses; the audit, by the rows that were "
        "written",
        remedy="disable it before the switch and make it anew on the target",
    ),
    Risk(
        id="truncate-before-the-switch",
        what="a TRUNCATE on the source before the switch is not carried by DMS (HandleSourceTableTruncated is off; "
        "its documentation contradicts itself on whether PostgreSQL's could be): the rows stay on the target. The "
        "stand-in of the rehearsal, native replication, carries it",
        applies_when="the application or a job truncates a table between the load and the switch",
        detected_by="the row counts of both sides; DMS's validation where the table is validated anew, for in the "
        "running stream it looks at rows that change only. Behind the barrier nothing looks for it",
        remedy="have the application delete instead, or load such a table anew (cutover replicate --reload) before "
        "the start",
    ),
    Risk(
        id="way-back-hides-writes",
        what="rows that the way back applies to the closed side and rows that a session wrote past the gate are "
        "counted together",
        applies_when="the closed side is audited after the hand-over, as a recovery does: the counters do not say "
        "who wrote. Until the hand-over nothing applies there, and every write is bad",
        detected_by="the audit calls such tables explained, not untouched; validation compares the contents",
        remedy="validate the tables that the audit names",
    ),
    Risk(
        id="login-fence",
        what="with fence = login, superusers and roles that are not named write on, and an abort is an error "
        "for each client that connected meanwhile; it does not end by itself when its controller dies",
        applies_when="the source's role can't make triggers",
        detected_by="the audit; gate() says partial where a fenced role may log in again",
        remedy="give the cutover's role the tables' owner (cutover roles) and use fence = trigger",
    ),
)

BY_ID: Final = {risk.id: risk for risk in RISKS}
