"""The two files a rehearsal leaves: report.json for programs, report.html for people."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from rehearsal.report.page import render

if TYPE_CHECKING:
    from pathlib import Path

    from rehearsal.report.model import RunReport

JSON_NAME: Final = "report.json"
PAGE_NAME: Final = "report.html"


def write_report(report: RunReport, directory: Path) -> None:
    """Write both files into the directory, which is made where it does not exist."""
    directory.mkdir(parents=True, exist_ok=True)
    text = json.dumps(as_json(report), indent=2, default=str) + "\n"
    (directory / JSON_NAME).write_text(text, encoding="utf-8")
    (directory / PAGE_NAME).write_text(render(report), encoding="utf-8")


def as_json(report: RunReport) -> dict[str, Any]:
    """The report as JSON values, without the samples that only the charts need."""
    whole = asdict(report)
    return {
        "verdict": report.verdict,
        "scenario": report.scenario,
        "seed": report.seed,
        "summary": report.summary,
        "faults": whole["faults"],
        "ledger": whole["ledger"],
        "pause_ms": whole["pause"],
        "client_errors": dict(report.client_errors),
        "stages": whole["stages"],
        "certificate": dict(report.certificate),
        "invariants": {each.name: each.holding for each in report.invariants},
        "evidence": {each.name: each.evidence for each in report.invariants},
        "tables": {each.table: asdict(each) for each in report.tables},
        "replicated": whole["replicated"],
        "finalized": whole["finalized"],
        "notices": whole["notices"],
        "steps": whole["steps"],
        "weights": whole["weights"],
        "events": whole["events"],
        "load": dict(report.load),
        "versions": dict(report.versions),
        "command": report.command,
        "started_at": report.started_at.isoformat(),
        "wall_seconds": round(report.wall_seconds, 3),
    }
