"""What a deployment rehearsal has shown, as plain values and as words."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

CLAIM: Final = "It deploys on moto with our adapter, which does not say that it deploys on AWS."
MARGIN: Final = 19


@dataclass(kw_only=True)
class Report:
    """Filled step by step; passed only where no fault was found and every step was reached."""

    claim: str = CLAIM
    verdict: str = "failed"
    faults: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    """Step to how long it took, in order."""
    resources: dict[str, dict[str, int]] = field(default_factory=dict)
    """Stack to how many of each type."""
    stubs: dict[str, str] = field(default_factory=dict)
    """Types that were deployed with nothing behind them, and why."""
    unread: dict[str, list[str]] = field(default_factory=dict)
    """Properties of deployed types that have no effect here."""
    stood_in: list[str] = field(default_factory=list)
    """What was done differently from a deployment to AWS."""
    stopped: dict[str, Any] = field(default_factory=dict)
    """An execution that was stopped, and what the rule about it did."""
    redeployment: dict[str, Any] = field(default_factory=dict)
    """The deployment in the middle of the cutover."""
    cutover: dict[str, Any] = field(default_factory=dict)
    ledger: dict[str, Any] = field(default_factory=dict)
    finalized: dict[str, Any] = field(default_factory=dict)
    """The end of the migration, and what stood once its three stacks were gone."""
    retained: list[str] = field(default_factory=list)
    """Left by their DeletionPolicy."""
    left_behind: list[str] = field(default_factory=list)
    """Left by a mistake."""

    def require(self, holds: bool, fault: str) -> None:
        """Note a fault where something does not hold; the rest is looked at all the same."""
        if not holds:
            self.faults.append(fault)

    def write(self, directory: Path) -> Path:
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / "report.json"
        path.write_text(self.as_json() + "\n", encoding="utf-8")
        return path

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=2, default=str)


def words(report: Report, path: Path) -> Sequence[str]:
    """The verdict and what it rests on, 80 columns wide."""
    rows = [("fault", fault) for fault in report.faults]
    rows += [("deployed", _deployed(report))]
    if again := report.redeployment:
        rows.append(("again, in between", _again(again)))
    if report.cutover:
        rows.append(("cutover", f"{report.cutover.get('status')}; {_ledger(report.ledger)}"))
    if ended := report.finalized:
        stood = ", ".join(ended.get("stacks_left", ()))
        rows.append(
            ("finalized", f"{ended.get('status')}; then only {stood} stood, with the cluster")
        )
    kept = ", ".join(report.retained) or "nothing"
    rows.append(("destroyed", f"{len(report.left_behind)} left behind; kept on purpose: {kept}"))
    rows += [("stub", f"{kind}: {why}") for kind, why in report.stubs.items()]
    rows += [
        ("without effect", f"{kind}: {', '.join(names)}") for kind, names in report.unread.items()
    ]
    rows += [("not as in AWS", each) for each in report.stood_in]
    lines = [f"verdict: {report.verdict}", report.claim, ""]
    for name, text in rows:
        lines += textwrap.wrap(
            text,
            80,
            initial_indent=f"{name:<{MARGIN}}",
            subsequent_indent=" " * MARGIN,
            break_on_hyphens=False,
        )
    return [*lines, "", f"{path}   {sum(report.seconds.values()):.0f} s"]


def _deployed(report: Report) -> str:
    kinds = Counter[str]()
    for types in report.resources.values():
        kinds.update(types)
    stacks = len(report.resources)
    return f"{kinds.total()} resources of {len(kinds)} types in {stacks} stacks"


def _again(again: dict[str, Any]) -> str:
    """Where the weights were before and after, and what changed."""
    before, after = again.get("weights_before", {}), again.get("weights_after", {})
    weights = "; ".join(
        f"{name} at {_pair(pair)} before and {_pair(after.get(name, ()))} after"
        for name, pair in before.items()
    )
    ttl = " to ".join(
        ", ".join(str(each) for each in again.get(key, ())) for key in ("ttl_before", "ttl_after")
    )
    touched = len(again.get("touched", ()))
    return f"{weights}; time to live {ttl} s; {touched} resources touched"


def _pair(weights: Sequence[int]) -> str:
    return "/".join(str(weight) for weight in weights) or "nothing"


def _ledger(ledger: dict[str, Any]) -> str:
    return (
        f"{ledger.get('acknowledged')} acknowledged writes, {ledger.get('lost')} lost, "
        f"{ledger.get('duplicated')} duplicated, {ledger.get('written_to_closed_side')} accepted by "
        f"a closed side; the first on the {ledger.get('first_write')}, the last on the "
        f"{ledger.get('last_write')}"
    )
