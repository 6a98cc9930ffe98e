"""Premigration assessments of a task: the sequence of the API, with results that a test decides.

Nothing is assessed: `cutover preflight` looks at the databases.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from rehearsal.aws.dms.faults import DmsFault
from rehearsal.aws.invoker import ACCOUNT, REGION

INDIVIDUAL: Final = (
    "large-objects-size-check",
    "postgresql-check-wal-level",
    "postgresql-check-max-slot-wal-keep-size",
    "table-with-no-primary-key-or-unique-constraint",
    "unsupported-data-types-in-source",
)
"""Some of those that the guide names for PostgreSQL as a source (Premigration assessments)."""

_WORST_FIRST: Final = ("error", "failed", "cancelled", "warning", "skipped", "passed")
Store = Callable[[str, str, str], None]


@dataclass
class Run:
    """One run. States: starting -> provisioning -> running -> passed, warning or failed."""

    arn: str
    name: str
    task_arn: str
    request: dict[str, Any]
    assessments: tuple[str, ...]
    status: str = "starting"
    created: float = field(default_factory=time.time)
    results: dict[str, str] = field(default_factory=dict)
    failure: str | None = None

    @property
    def folder(self) -> str:
        given = str(self.request.get("ResultLocationFolder") or "").strip("/")
        return "/".join(part for part in (given, self.name) if part)

    def described(self, *, latest: bool) -> dict[str, Any]:
        """DMS API reference, ReplicationTaskAssessmentRun."""
        counts = [list(self.results.values()).count(word) for word in _WORST_FIRST]
        error, failed, cancelled, warning, skipped, passed = counts
        shown = {
            "ReplicationTaskAssessmentRunArn": self.arn,
            "ReplicationTaskArn": self.task_arn,
            "Status": self.status,
            "ReplicationTaskAssessmentRunCreationDate": self.created,
            "AssessmentProgress": {
                "IndividualAssessmentCount": len(self.assessments),
                "IndividualAssessmentCompletedCount": len(self.results),
            },
            "LastFailureMessage": self.failure,
            "ServiceAccessRoleArn": self.request["ServiceAccessRoleArn"],
            "ResultLocationBucket": self.request["ResultLocationBucket"],
            "ResultLocationFolder": self.folder,
            "AssessmentRunName": self.name,
            "IsLatestTaskAssessmentRun": latest,
            "ResultStatistic": {
                "Passed": passed,
                "Failed": failed,
                "Error": error,
                "Warning": warning,
                "Cancelled": cancelled,
                "Skipped": skipped,
            },
        }
        return {name: value for name, value in shown.items() if value is not None}


class Assessments:
    """The runs of one task."""

    def __init__(self, task_arn: str, store: Store | None = None) -> None:
        """store: puts a result into a bucket, under a key."""
        self._task_arn = task_arn
        self.store = store
        self.runs: list[Run] = []
        self.planted: dict[str, str] = {}
        """Individual assessment to the status that it ends with; every other one passes."""

    def begin(self, request: dict[str, Any]) -> Run:
        """Raises DmsFault where the name is taken or an assessment is not known."""
        name = request["AssessmentRunName"]
        if any(run.name == name for run in self.runs):
            raise DmsFault(
                "ResourceAlreadyExistsFault", f"An assessment run named {name} exists already"
            )
        if request.get("IncludeOnly") and request.get("Exclude"):
            # StartReplicationTaskAssessmentRun: "you can't set a value for both".
            raise DmsFault(
                "InvalidParameterCombinationException", "IncludeOnly and Exclude are both set"
            )
        chosen = tuple(request.get("IncludeOnly") or INDIVIDUAL)
        if strange := set(chosen) - set(INDIVIDUAL):
            raise DmsFault(
                "InvalidParameterValueException",
                f"Unknown assessment: {', '.join(sorted(strange))}",
            )
        left_out = set(request.get("Exclude") or ())
        number = len(self.runs) + 1
        run = Run(
            arn=f"arn:aws:dms:{REGION}:{ACCOUNT}:assessment-run:RUN{number}",
            name=name,
            task_arn=self._task_arn,
            request=request,
            assessments=tuple(each for each in chosen if each not in left_out),
        )
        self.runs.append(run)
        return run

    def carry_out(self, run: Run) -> None:
        """To its end, with the results in S3."""
        run.status = "provisioning"
        run.status = "running"
        for name in run.assessments:
            run.results[name] = self.planted.get(name, "passed")
            if self.store is not None:
                result = json.dumps({"name": name, "status": run.results[name]})
                self.store(run.request["ResultLocationBucket"], f"{run.folder}/{name}.json", result)
        found = set(run.results.values())
        if found & {"failed", "error"}:
            run.failure = next(
                f"{name}: {status}"
                for name, status in run.results.items()
                if status in ("failed", "error")
            )
        run.status = (
            "failed"
            if found & {"failed", "error"}
            else "warning"
            if "warning" in found or found == {"skipped"}
            else "passed"
        )

    def described(self) -> list[dict[str, Any]]:
        return [run.described(latest=run is self.runs[-1]) for run in self.runs]

    def individual(self) -> list[dict[str, Any]]:
        """DMS API reference, ReplicationTaskIndividualAssessment."""
        return [
            {
                "ReplicationTaskIndividualAssessmentArn": f"{run.arn}:{name}",
                "ReplicationTaskAssessmentRunArn": run.arn,
                "IndividualAssessmentName": name,
                "Status": run.results.get(name, "pending"),
                "ReplicationTaskIndividualAssessmentStartDate": run.created,
            }
            for run in self.runs
            for name in run.assessments
        ]
