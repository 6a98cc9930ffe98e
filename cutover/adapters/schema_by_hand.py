"""A schema that a person copies with pg_dump and pg_restore: looked for in both databases, made in none."""

from __future__ import annotations

from cutover.decisions import listed
from cutover.observations import SchemaPart, SchemaProgress
from cutover.ports import Database


class SchemaByHand:
    """cutover.ports.SchemaCopy that only looks, and begins nothing. What a person still has to make is in the note."""

    def __init__(self, *, source: Database, target: Database) -> None:
        self._source = source
        self._target = target

    def pre_data(self, run: str) -> SchemaProgress:  # noqa: ARG002
        """Complete, or failed: without its tables the target can't be loaded, and nobody is waited for."""
        missing = sorted(set(self._source.inspect().tables) - set(self._target.inspect().tables))
        failure = (
            f"the target lacks {listed(missing)}: copy the schema with `pg_dump --section=pre-data`"
            if missing
            else ""
        )
        return SchemaProgress(
            part=SchemaPart.PRE_DATA,
            complete=not missing,
            note="every table of the source is on the target",
            failure=failure,
        )

    def post_data(self, run: str) -> SchemaProgress:  # noqa: ARG002
        """Goes on until a person has made it: the load that it waits behind took hours."""
        missing = sorted(set(self._source.post_data()) - set(self._target.post_data()))
        note = (
            f"{len(missing)} to be made on the target with `pg_dump --section=post-data`: {listed(missing)}"
            if missing
            else "every index, constraint and trigger of the source is on the target"
        )
        return SchemaProgress(part=SchemaPart.POST_DATA, complete=not missing, note=note)
