"""docs/fault-matrix.md, made from the record."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "fault-matrix.md"


def page(runs: list[dict[str, Any]]) -> str:
    return f"{len(runs)}\n"
