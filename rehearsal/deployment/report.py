"""What a deployment rehearsal has shown, as plain values and as words."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

CLAIM: Final = "deploys on moto with our adapter (never: deploys on AWS)"


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
    """The verdict in a few lines."""
    total = sum(sum(types.values()) for types in report.resources.values())
    kinds = Counter[str]()
    for types in report.resources.values():
        kinds.update(types)
    lines = [f"verdict: {report.verdict} ({report.claim})"]
    lines += [f"  fault: {fault}" for fault in report.faults]
    lines.append(
        f"  {total} resources of {len(kinds)} types in {len(report.resources)} stacks; "
        f"stubs: {len(report.stubs)}"
    )
    lines += [f"    stub {name}: {why}" for name, why in report.stubs.items()]
    lines += [
        f"    without effect {name}: {', '.join(each)}" for name, each in report.unread.items()
    ]
    lines += [f"    not as in AWS: {each}" for each in report.stood_in]
    if again := report.redeployment:
        lines.append(
            f"  second deployment, in the middle: weights {again.get('weights_before')} before, "
            f"{again.get('weights_after')} after; TTL {again.get('ttl_before')} to "
            f"{again.get('ttl_after')}; {len(again.get('touched', []))} resources touched"
        )
    if report.cutover:
        lines.append(f"  cutover: {report.cutover.get('status')}, writes {report.ledger}")
    lines.append(
        f"  after destroy: {len(report.left_behind)} left behind; kept on purpose: "
        f"{', '.join(report.retained) or 'nothing'}"
    )
    lines += [f"  {path}   {sum(report.seconds.values()):.0f} s"]
    return lines
