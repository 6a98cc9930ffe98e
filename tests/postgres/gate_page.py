"""The tables of docs/gate.md, from what the tests prove and from cutover/risks.py.

`.venv/bin/python -m tests.postgres.gate_page` writes them anew.
"""

from __future__ import annotations

from pathlib import Path

from cutover.risks import RISKS
from tests.postgres.versions import MAJORS
from tests.postgres.writes import WRITES, Outcome, Write

PAGE = Path(__file__).resolve().parents[2] / "docs" / "gate.md"


def page(text: str) -> str:
    """The page with its generated parts replaced."""
    for name, part in {"writes": writes(), "risks": risks()}.items():
        before, mark, rest = text.partition(f"<!-- generated: {name} -->\n")
        _, end, after = rest.partition("<!-- end -->")
        assert end, f"{PAGE} has no part {name}"
        text = before + mark + part + end + after
    return text


def writes() -> str:
    head = ["kind of write", *map(str, MAJORS), "what is left"]
    rows = [
        [write.name, *(_outcome(write, major) for major in MAJORS), _left(write)]
        for write in WRITES
    ]
    return _table(head, rows)


def risks() -> str:
    head = ["risk", "what", "applies when", "detected by", "remedy"]
    rows = [[f"`{r.id}`", r.what, r.applies_when, r.detected_by, r.remedy] for r in RISKS]
    return _table(head, rows)


SIGNS = {
    Outcome.GATED: "held",
    Outcome.REFUSED: "frozen",
    Outcome.READINESS: "readiness",
    Outcome.RISK: "passes",
    Outcome.HARMLESS: "allowed",
}


def _outcome(write: Write, major: int) -> str:
    return SIGNS[write.outcome] if write.since <= major else "-"


def _left(write: Write) -> str:
    if write.without_freeze:
        return f"without a freeze: `{write.without_freeze}`"
    return f"`{write.risk}`" if write.risk else ""


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
