"""What a section of a copy came to: as one object that is kept, and in the words of the step that waits for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any, Final

from cutover.observations import SchemaPart, SchemaProgress
from cutover.schema.copy import MAY_STAY_UNKNOWN, Copied, Progress
from cutover.schema.difference import Comparison, told
from cutover.schema.inventory import Kind
from cutover.schema.reasons import BY_ID, Change, Difference

FOLDER: Final = "schema"
"""In the bucket of the certificates."""
MOST_TOLD: Final = 5
"""Differences in one sentence; the report has them all."""


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """As one object; every reason that occurs is explained in it."""
    used = sorted({each.reason for each in comparison.differences if each.reason})
    return {
        "verdict": comparison.outcome.value,
        "compared": comparison.compared,
        "differences": [asdict(each) for each in comparison.differences],
        "unknown": [asdict(each) for each in comparison.unknown],
        "reasons": {
            reason: {"why": BY_ID[reason].why, "act": BY_ID[reason].act} for reason in used
        },
    }


def copied_json(result: Copied) -> dict[str, Any]:
    """As one object."""
    return {
        "section": result.section.value,
        "made": result.made,
        "there": result.there,
        "statements": result.statements,
        "left_out": [asdict(each) for each in result.left_out],
        "refused": [asdict(each) for each in result.refused],
        "notes": [asdict(each) for each in result.notes],
        "comparison": comparison_json(result.comparison),
    }


def judged(result: Copied, *, place: str = "") -> SchemaProgress:
    """Complete where the target has everything that the source has, or a named reason why not.

    What only the target has takes nothing from the application: it is told and stops nothing.
    place: where the report is kept.
    """
    comparison = result.comparison
    extra = [each for each in comparison.unexplained if _only_more(each)]
    lacking = [each for each in comparison.unexplained if not _only_more(each)]
    hidden = [each for each in comparison.unknown if each.kind not in MAY_STAY_UNKNOWN]
    kept = f"; all of it is in {place}" if place else ""
    failure = ""
    if lacking:
        refused = _few(list(dict.fromkeys(each.error for each in result.refused)))
        failure = (
            f"{len(lacking)} differences have no reason: {_few([told(each) for each in lacking])}"
            + (f" (refused: {refused})" if refused else "")
            + kept
        )
    elif hidden:
        unread = _few([f"{each.kind.value}: {each.reason}" for each in hidden])
        failure = f"not everything could be compared: {unread}{kept}"
    notes = [f"{result.made} made, {result.there} were there", _reasons(comparison)]
    if extra:
        notes.append(f"on the target only: {_few([each.name for each in extra])}")
    if comparison.unknown:
        notes.append("not known: " + _few([each.kind.value for each in comparison.unknown]))
    return SchemaProgress(
        part=SchemaPart(result.section.value),
        complete=not failure,
        note="; ".join(notes),
        failure=failure,
        percent=100,
        detail={
            "verdict": comparison.outcome.value,
            "compared": comparison.compared,
            "reasons": dict(_counted(comparison)),
            **({"place": place} if place else {}),
        },
    )


def under_way(part: SchemaPart, progress: Progress | None) -> SchemaProgress:
    """Of a copy that goes on; without progress it has not begun to make anything."""
    if progress is None:
        return SchemaProgress(part=part, complete=False, note="both sides are read", percent=0)
    return SchemaProgress(
        part=part,
        complete=False,
        note=f"{progress.done} of {progress.of}: {progress.doing}",
        percent=100 * progress.done // max(progress.of, 1),
    )


def _only_more(each: Difference) -> bool:
    """Whether the target has all of it, and more: an object, or rights."""
    if each.change is Change.EXTRA:
        return True
    if each.kind not in {Kind.GRANT, Kind.DEFAULT_PRIVILEGES} or each.fact != "granted":
        return False
    ours, theirs = (set(str(side or "").split(", ")) - {""} for side in (each.source, each.target))
    return ours <= theirs


def _reasons(comparison: Comparison) -> str:
    if not comparison.differences:
        return f"{comparison.compared} objects, nothing differs"
    counted = ", ".join(f"{reason} {number}" for reason, number in _counted(comparison))
    return f"{comparison.compared} objects, differences by reason: {counted}"


def _counted(comparison: Comparison) -> list[tuple[str, int]]:
    return sorted(Counter(each.reason or "none" for each in comparison.differences).items())


def _few(words: list[str]) -> str:
    more = len(words) - MOST_TOLD
    return "; ".join([*words[:MOST_TOLD], *([f"and {more} more"] if more > 0 else [])])


def report_key(run: str, part: SchemaPart, *, what: str = "report") -> str:
    """Where the report of a part is kept, or what is told while it is under way.

    run: the ARN of an execution, or any other name.
    """
    return f"{FOLDER}/{run.rpartition(':')[2]}/{part.value}.{what}.json"
