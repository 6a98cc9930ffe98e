"""One client's connection to one database: opened when first used, dropped when useless."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import psycopg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rehearsal.workload.configuration import Address, Side

CANNOT_CONNECT: Final = "08001"
CONNECTION_LOST: Final = "08006"
"""What the driver reports without a SQLSTATE, under the standard's own codes."""
REFUSED: Final = "25006"
"""read_only_sql_transaction: what a closed side answers."""
CONNECTION_CLASSES: Final = ("08", "57", "53")
"""Lost, shut down or short of resources: another connection may fare better."""


class StatementFailed(Exception):
    """A statement was not acknowledged; whether it took effect is not known."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(f"the database answered SQLSTATE {sqlstate}")
        self.sqlstate = sqlstate

    @property
    def useless_connection(self) -> bool:
        """Whether to connect anew: the connection is gone, or its side takes no more writes."""
        return self.sqlstate == REFUSED or self.sqlstate.startswith(CONNECTION_CLASSES)


class Session:
    """At most one open connection to an address, each statement its own transaction."""

    def __init__(self, address: Address, *, application_name: str) -> None:
        self.side: Side = address.side
        self._dsn = address.dsn
        self._application_name = application_name
        self._connection: psycopg.Connection[Any] | None = None
        self._cursor: psycopg.Cursor[Any] | None = None

    def execute(self, statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows; connects first where there is no connection.

        Raises StatementFailed; a connection of no more use is closed then.
        """
        try:
            cursor = self._cursor or self._connect()
        except psycopg.Error as error:
            raise StatementFailed(error.sqlstate or CANNOT_CONNECT) from error
        try:
            # Prepared at the first use, not the fifth: clients reconnect in the middle of a switch.
            return cursor.execute(statement, parameters, prepare=True).fetchall()
        except psycopg.Error as error:
            if error.sqlstate is None and not isinstance(error, psycopg.OperationalError):
                raise  # Found by the driver, not the server: a fault of ours, not to be counted.
            failure = StatementFailed(error.sqlstate or CONNECTION_LOST)
            if failure.useless_connection:
                self.close()
            raise failure from error

    def close(self) -> None:
        """Drop the connection; a next statement opens another."""
        connection, self._connection, self._cursor = self._connection, None, None
        if connection is not None:
            connection.close()

    def _connect(self) -> psycopg.Cursor[Any]:
        self._connection = psycopg.connect(
            self._dsn, autocommit=True, application_name=self._application_name, connect_timeout=5
        )
        self._cursor = self._connection.cursor()
        return self._cursor
