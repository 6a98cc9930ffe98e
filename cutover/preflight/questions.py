"""How questions are put to a side."""

from __future__ import annotations

from cutover.preflight.check import Side, Sql


def source(text: str, *, since: int = 0, older: str = "") -> tuple[Sql, ...]:
    return (Sql(where=Side.SOURCE, text=text, since=since, older=older),)


def target(text: str, *, since: int = 0, older: str = "") -> tuple[Sql, ...]:
    return (Sql(where=Side.TARGET, text=text, since=since, older=older),)


def both(source_text: str, target_text: str = "") -> tuple[Sql, ...]:
    """The same of both, or one of each."""
    return (
        Sql(where=Side.SOURCE, text=source_text),
        Sql(where=Side.TARGET, text=target_text or source_text),
    )
