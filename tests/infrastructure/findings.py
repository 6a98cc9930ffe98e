"""What rule packs find, what is acknowledged of it, and what is wrong with the acknowledgements.

An acknowledgement is written beside its resource (constructs/acknowledged.py). The CDK keeps it in
the assembly by the path of its construct, and there it is read here: for cdk-nag and for checkov
alike, so that there is one place and one form for both.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LEAST_WORDS: Final = 6
"""A shorter reason only says the finding again."""

_ACKNOWLEDGED: Final = "aws:cdk:acknowledged-rules"
_LOGICAL_ID: Final = "aws:cdk:logicalId"
_NAMESPACE: Final = "Annotation::"


@dataclass(frozen=True, order=True)
class Finding:
    """One rule broken by one resource."""

    rule: str
    path: str
    said: str

    def __str__(self) -> str:
        return (
            f"{self.rule} at {self.path}: {self.said}\n"
            f'    correct it, or beside it: acknowledge(construct, {{"{self.rule}": "why"}})'
        )


@dataclass(frozen=True, order=True)
class Acknowledgement:
    """One rule that may be broken at a construct and below it, and why."""

    rule: str
    path: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        return self.rule == finding.rule and f"{finding.path}/".startswith(f"{self.path}/")

    def __str__(self) -> str:
        return f"{self.rule} acknowledged at {self.path or 'the app'}"


def unacknowledged(
    found: Iterable[Finding], acknowledged: Iterable[Acknowledgement]
) -> list[Finding]:
    known = list(acknowledged)
    return sorted(
        finding for finding in found if not any(accepted.covers(finding) for accepted in known)
    )


def faults(found: Iterable[Finding], acknowledged: Iterable[Acknowledgement]) -> list[str]:
    """What a reviewer would send back, one sentence for each fault of an acknowledgement.

    `found` is what the packs find where nothing is acknowledged, in every environment: whether a
    rule is broken may depend on the settings.
    """
    raw = set(found)
    said = []
    for accepted in sorted(set(acknowledged)):
        covered = {finding.path for finding in raw if accepted.covers(finding)}
        if "/" not in accepted.path:
            said.append(f"{accepted}: covers a whole stack; write it beside the resource")
        elif len(covered) > 1:
            said.append(
                f"{accepted}: covers {', '.join(sorted(covered))}; write one beside each resource"
            )
        if not covered:
            said.append(f"{accepted}: nothing there breaks this rule; take it out")
        if len(accepted.reason.split()) < LEAST_WORDS:
            said.append(f"{accepted}: {accepted.reason!r} is no reason; say what makes it safe")
    return said


def acknowledgements(assembly: Path) -> list[Acknowledgement]:
    """Those of all stacks in a folder that was synthesized into."""
    return [
        Acknowledgement(rule.removeprefix(_NAMESPACE), path, reason)
        for path, kind, data in _metadata(assembly)
        if kind == _ACKNOWLEDGED
        for rule, reason in data.items()
    ]


def paths_by_logical_id(assembly: Path, stack: str) -> dict[str, str]:
    """The path of the construct behind each resource of a stack's template."""
    return {
        data: path
        for path, kind, data in _metadata(assembly, stack)
        if kind == _LOGICAL_ID and isinstance(data, str)
    }


def _metadata(assembly: Path, stack: str = "*") -> Iterator[tuple[str, str, Any]]:
    files = list(assembly.glob(f"{stack}.metadata.json"))
    assert files, f"{assembly} has no metadata of {stack}"
    for file in files:
        for path, entries in json.loads(file.read_text()).items():
            for entry in entries:
                yield path.removeprefix("/"), entry["type"], entry.get("data")
