"""Which tables a task replicates, as the JSON text that DMS wants."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

# Tables of the schema `cutover` that travel with the application's: the rows by which lag is
# measured and by which the drain is proven. They stand in both directions, as the way back is
# proven in the same way.
PROOF_TABLES: Final = (("cutover", "heartbeat"), ("cutover", "token"))


def escape(name: str) -> str:
    """A name as a pattern that matches only itself: in a mapping `_` stands for any character and
    `%` for any number of them."""
    return name.replace("_", "[_]").replace("%", "[%]")


@dataclass(frozen=True, kw_only=True)
class TableMappings:
    """Everything in these schemas but for what is left out, and the two tables of the proof."""

    schemas: Sequence[str]
    exclude_tables: Sequence[str] = ()
    """As "schema.table"."""
    generated_columns: Sequence[str] = ()
    """As "schema.table.column". Either side computes them itself: PostgreSQL refuses a value for
    one, in COPY as in INSERT, so they are taken out of the stream in both directions."""

    def document(self) -> str:
        return json.dumps(
            {
                "rules": [
                    # A number of its own for each: DMS takes two rules of one id for a fault.
                    {"rule-id": str(number), "rule-name": str(number), **rule}
                    for number, rule in enumerate(self._rules(), start=1)
                ]
            },
            indent=1,
        )

    def _rules(self) -> list[dict[str, Any]]:
        return [
            *(_selection("include", schema=escape(schema), table="%") for schema in self.schemas),
            *(
                _selection("include", schema=escape(schema), table=escape(table))
                for schema, table in PROOF_TABLES
            ),
            *(
                _selection("exclude", schema=escape(schema), table=escape(table))
                for schema, table in (name.split(".") for name in self.exclude_tables)
            ),
            *(
                _removal(escape(schema), escape(table), escape(column))
                for schema, table, column in (name.split(".") for name in self.generated_columns)
            ),
        ]


def _selection(action: str, *, schema: str, table: str) -> dict[str, Any]:
    return {
        "rule-type": "selection",
        "object-locator": {"schema-name": schema, "table-name": table},
        "rule-action": action,
    }


def _removal(schema: str, table: str, column: str) -> dict[str, Any]:
    return {
        "rule-type": "transformation",
        "rule-target": "column",
        "object-locator": {"schema-name": schema, "table-name": table, "column-name": column},
        "rule-action": "remove-column",
    }
