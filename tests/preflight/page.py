"""The table of docs/preflight.md, from the catalogue.

`.venv/bin/python -m tests.preflight.page` writes it anew.
"""

from __future__ import annotations

from pathlib import Path

from cutover.preflight.catalogue import CHECKS, NOT_FROM_SQL
from cutover.preflight.check import Check, Side
from tests.preflight.planted import NOT_PLANTED

PAGE = Path(__file__).resolve().parents[2] / "docs" / "preflight.md"

TITLES = {
    Side.SOURCE: "Source",
    Side.TARGET: "Target, alone and beside the source",
    Side.DMS: "DMS and Aurora, by their APIs",
    Side.NAMES: "Names, asked of Route 53",
    Side.SETTINGS: "Settings",
}


def page(text: str) -> str:
    """The page with its generated parts replaced."""
    parts = {
        "checks": checks(),
        "not from sql": "".join(f"- {fact}\n" for fact in NOT_FROM_SQL),
        "not planted": "".join(f"- `{name}`: {why}\n" for name, why in NOT_PLANTED.items()),
    }
    for name, part in parts.items():
        before, mark, rest = text.partition(f"<!-- generated: {name} -->\n")
        _, end, after = rest.partition("<!-- end -->")
        assert end, f"{PAGE} has no part {name}"
        text = before + mark + part + end + after
    return text


def checks() -> str:
    return "".join(
        f"\n### {title}\n\n| check | what it looks for | held against | what helps |\n|---|---|---|---|\n"
        + "".join(_row(check) for check in CHECKS if check.side is side)
        for side, title in TITLES.items()
    )


def _row(check: Check) -> str:
    cells = (_id(check), _linked(check), check.threshold, check.remedy)
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |\n"


def _id(check: Check) -> str:
    marks = ("" if check.counts else " ¹") + (" ²" if check.needs_settings else "")
    return f"`{check.id}`{marks}"


def _linked(check: Check) -> str:
    where = check.documentation
    if where.startswith("docs/"):
        where = where.removeprefix("docs/")
    elif not where.startswith("https://"):
        where = f"../{where}"
    return f"[{check.title}]({where})"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
