"""A schema that a build project copies, inside the VPC: a function lives for minutes, an index may take a day."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from cutover.adapters.aws import translated
from cutover.adapters.schema_reports import SchemaReports
from cutover.observations import SchemaPart, SchemaProgress
from cutover.schema.report import under_way

Build = dict[str, Any]
"""As CodeBuild describes one (API reference, Build)."""

RUN: Final = "SCHEMA_RUN"
PART: Final = "SCHEMA_PART"
"""Variables of a build, by which it is known again (lambdas/schema_build.py reads them)."""
LOOKED_AT: Final = 20
"""The newest builds of the project. One execution begins two, and one execution at a time has the lease."""


class SchemaBuild:
    """cutover.ports.SchemaCopy: one build for each part of a run, and never two at a time.

    What the build found out is told by its reports; that it ended without telling, by the service.
    """

    def __init__(self, client: Any, reports: SchemaReports, *, project: str) -> None:
        self._client, self._reports, self._project = client, reports, project

    def pre_data(self, run: str) -> SchemaProgress:
        return self._part(run, SchemaPart.PRE_DATA)

    def post_data(self, run: str) -> SchemaProgress:
        return self._part(run, SchemaPart.POST_DATA)

    def _part(self, run: str, part: SchemaPart) -> SchemaProgress:
        builds = self._builds()
        ours = next((build for build in builds if _is_for(build, run, part)), None)
        if ours is not None:
            return self._so_far(ours, run, part)
        other = next((build for build in builds if build.get("buildStatus") == "IN_PROGRESS"), None)
        if other is not None:
            # Of an execution that was stopped: two pg_restore at a time would be in each other's way.
            note = f"waits for the build {other.get('id')} that was begun earlier"
            return SchemaProgress(part=part, complete=False, note=note)
        return self._begin(run, part)

    def _builds(self) -> list[Build]:
        """The newest first."""
        with translated(f"listing the builds of {self._project}"):
            found = self._client.list_builds_for_project(
                projectName=self._project, sortOrder="DESCENDING"
            )
            ids = found.get("ids", [])[:LOOKED_AT]
            return list(self._client.batch_get_builds(ids=ids)["builds"]) if ids else []

    def _begin(self, run: str, part: SchemaPart) -> SchemaProgress:
        begun = under_way(part, None)
        # First: whoever may not list the bucket is refused what is not there.
        self._reports.tell(run, begun)
        with translated(f"starting a build of {self._project}"):
            self._client.start_build(
                projectName=self._project,
                environmentVariablesOverride=[
                    {"name": RUN, "value": run, "type": "PLAINTEXT"},
                    {"name": PART, "value": part.value, "type": "PLAINTEXT"},
                ],
                # A call that is tried again starts no second one; kept for five minutes, and then the list has it.
                idempotencyToken=hashlib.sha256(f"{run} {part.value}".encode()).hexdigest(),
            )
        return begun

    def _so_far(self, build: Build, run: str, part: SchemaPart) -> SchemaProgress:
        told = self._reports.told(run, part) or under_way(part, None)
        if told.complete or told.failure:
            return told
        status, identifier = build.get("buildStatus", ""), build.get("id", "")
        if status == "IN_PROGRESS":
            return told
        log = build.get("logs", {}).get("deepLink", "")
        return SchemaProgress(
            part=part,
            complete=False,
            failure=f"the build {identifier} ended {status} without a result: {_why(build)}"
            + (f"; its log: {log}" if log else ""),
        )


def _is_for(build: Build, run: str, part: SchemaPart) -> bool:
    given = {
        each["name"]: each["value"]
        for each in build.get("environment", {}).get("environmentVariables", [])
    }
    return (given.get(RUN), given.get(PART)) == (run, part.value)


def _why(build: Build) -> str:
    """What the service says of the phases that did not go well."""
    said = [
        f"{phase.get('phaseType', '')} {phase.get('phaseStatus', '')}: {context.get('message', '')}"
        for phase in build.get("phases", [])
        if phase.get("phaseStatus") not in (None, "SUCCEEDED")
        for context in phase.get("contexts", [{}])
    ]
    return "; ".join(said) or f"in {build.get('currentPhase', 'an unknown phase')}"
