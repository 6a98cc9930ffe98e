"""Makes the roles on the target, with their passwords and rights, as an administrator."""

from __future__ import annotations

import contextlib
from typing import Any, Final

import psycopg
from psycopg import errors as pg
from psycopg import sql

from cutover.adapters.postgres import Address
from cutover.adapters.postgres_rights import Right, Statement, rights_on_target
from cutover.errors import BadInput, DatabaseUnreachable, PrivilegeMissing
from cutover.roles import TargetRoles

Connection = psycopg.Connection[tuple[Any, ...]]

NOT_GIVEN: Final = (pg.InsufficientPrivilege, pg.UndefinedObject, pg.InvalidGrantOperation)
"""The administrator may not, or the server has no such role: another way may be open."""


class PostgresRoleServer:
    """cutover.ports.RoleServer, as an administrator who need be no superuser."""

    def __init__(self, administrator: Address) -> None:
        self._address = administrator

    def make(self, roles: TargetRoles) -> tuple[str, ...]:
        names = roles.names
        if self._address.username in names.all:
            raise BadInput(f"{self._address.username} makes the roles and can't be one of them")
        try:
            with self._connect() as session, session.transaction():
                # CloudFormation's request may be delivered twice: changed by two at once, a role is changed by none.
                session.execute("select pg_advisory_xact_lock(hashtext('cutover roles'))")
                wider = [self._give(session, right) for right in rights_on_target(names)]
                for role in names.all:
                    self._set_password(session, role, roles.passwords[role])
        except psycopg.OperationalError as error:
            raise DatabaseUnreachable(f"{self._address}: {str(error).strip()}") from error
        return tuple(key for key in wider if key)

    def _connect(self) -> Connection:
        address = self._address
        return psycopg.connect(
            host=address.host,
            port=address.port,
            dbname=address.dbname,
            user=address.username,
            password=address.password or None,
            sslmode=address.sslmode,
            application_name="cutover roles",
            connect_timeout=10,
            # Longer than any grant takes, shorter than the function may run.
            options="-c statement_timeout=30s -c lock_timeout=15s -c client_min_messages=warning",
            autocommit=True,
        )

    def _set_password(self, session: Connection, role: str, password: str) -> None:
        """As a SCRAM verifier that is made here: the server's log, which shows a statement that
        fails, and whoever reads it, never see the password."""
        verifier = session.pgconn.encrypt_password(
            password.encode(), role.encode(), b"scram-sha-256"
        )
        session.execute(
            sql.SQL("alter role {} password {}").format(
                sql.Identifier(role), sql.Literal(verifier.decode())
            )
        )

    def _give(self, session: Connection, right: Right) -> str:
        """Empty, or the right's key where more had to be given than it."""
        refused: psycopg.Error | None = None
        for way in right.ways:
            try:
                with session.transaction():
                    session.execute(way)
            except NOT_GIVEN as error:  # on neither side of the line: no cutover has begun
                refused = refused or error
                continue
            if right.holds is None or self._holds(session, right.holds):
                return ""
        if right.last_resort is not None:
            # On neither side of the line either. A membership is given or refused; it never only warns.
            with contextlib.suppress(*NOT_GIVEN):
                with session.transaction():
                    session.execute(right.last_resort)
                return right.key
        why = refused.diag.message_primary if refused else "the grant did nothing"
        raise PrivilegeMissing(
            f"{self._address.username} on {self._address} can't give the right to "
            f"{right.key} ({right.why}): {why}"
        ) from refused

    @staticmethod
    def _holds(session: Connection, query: Statement) -> bool:
        row = session.execute(query).fetchone()
        return bool(row and row[0])
