"""CodeBuild as `SchemaBuild` asks it: each build is the program that the project runs, in a process of its own.

What goes in and comes out is checked by botocore's model of the service.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import boto3
from botocore.validate import ParamValidator

PROJECT: Final = "migration-schema-test"
ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass
class Build:
    """One of them."""

    id: str
    token: str
    variables: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    stopped: dict[str, Any] | None = None
    """What it shows instead, where it never came to its commands."""

    def described(self) -> dict[str, Any]:
        status = self.process.poll() if self.process else None
        told: dict[str, Any] = {
            "id": self.id,
            "projectName": PROJECT,
            "buildStatus": {None: "IN_PROGRESS", 0: "SUCCEEDED"}.get(status, "FAILED"),
            "currentPhase": "BUILD" if status is None else "COMPLETED",
            "environment": {
                "type": "ARM_CONTAINER",
                "image": "an image",
                "computeType": "BUILD_GENERAL1_SMALL",
                "environmentVariables": [
                    {"name": name, "value": value, "type": "PLAINTEXT"}
                    for name, value in self.variables.items()
                ],
            },
            "logs": {"deepLink": f"https://console.aws.amazon.com/log/{self.id}"},
        }
        return told | (self.stopped or {})


@dataclass
class Builds:
    """A project with its builds. `runs` False: none of them ever begins."""

    environment: Mapping[str, str]
    """Of every build."""
    runs: bool = True
    builds: list[Build] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def client(self) -> Any:
        client = boto3.client("codebuild", region_name="us-east-1")
        client.meta.events.register("before-call.codebuild", self._answer)
        return client

    @contextmanager
    def ended(self) -> Iterator[Builds]:
        """No process is left."""
        try:
            yield self
        finally:
            for build in self.builds:
                if build.process is not None:
                    build.process.kill()
                    build.process.wait()

    def _answer(self, *, model: Any, params: dict[str, Any], **_: Any) -> tuple[Any, Any]:
        given = json.loads(params["body"])
        assert given.get("projectName", PROJECT) == PROJECT
        answer: dict[str, Any] = {
            "ListBuildsForProject": self._listed,
            "BatchGetBuilds": self._described,
            "StartBuild": self._started,
        }[model.name](given)
        report = ParamValidator().validate(answer, model.output_shape)
        assert not report.has_errors(), report.generate_report()
        return SimpleNamespace(status_code=200), answer

    def _listed(self, given: dict[str, Any]) -> dict[str, Any]:
        assert given["sortOrder"] == "DESCENDING"
        # By the model a list of none is no list.
        return {"ids": [each.id for each in reversed(self.builds)]} if self.builds else {}

    def _described(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"builds": [each.described() for each in self.builds if each.id in given["ids"]]}

    def _started(self, given: dict[str, Any]) -> dict[str, Any]:
        token = given["idempotencyToken"]
        known = next((each for each in self.builds if each.token == token), None)
        if known is None:
            variables = {
                each["name"]: each["value"] for each in given["environmentVariablesOverride"]
            }
            known = Build(
                id=f"{PROJECT}:{next(self.numbers)}",
                token=token,
                variables={**self.environment, **variables},
            )
            if self.runs:
                known.process = subprocess.Popen(
                    [sys.executable, "-m", "lambdas.schema_build"], cwd=ROOT, env=known.variables
                )
            self.builds.append(known)
        return {"build": known.described()}
