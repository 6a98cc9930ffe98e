"""checkov on every environment, without a network: `make checkov` runs this, and so does CI.

`make test` leaves it out, by its name: checkov needs a hundred packages of its own (219 MB, 20 s to
install and 12 s to run, measured on two cores), and most of what it asks cdk-nag asks too.
"""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.infrastructure.environments import ROOT
from tests.infrastructure.findings import (
    Acknowledgement,
    Finding,
    acknowledgements,
    faults,
    paths_by_logical_id,
    unacknowledged,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.infrastructure.conftest import Synthesized

PYTHON: Final = ROOT / ".venv" / "checkov" / "bin" / "python"

SAME: Final = {
    "CKV_AWS_18": "NIST.800.53.R5-S3BucketLoggingEnabled",
    "CKV_AWS_115": "NIST.800.53.R5-LambdaConcurrency",
    "CKV_AWS_116": "NIST.800.53.R5-LambdaDLQ",
    "CKV_AWS_117": "NIST.800.53.R5-LambdaInsideVPC",
    "CKV_AWS_118": "NIST.800.53.R5-RDSEnhancedMonitoringEnabled",
    "CKV_AWS_158": "NIST.800.53.R5-CloudWatchLogGroupEncrypted",
    "CKV_AWS_162": "AwsSolutions-RDS6",
}
"""What cdk-nag asks as well: an acknowledgement under cdk-nag's name answers both."""

# No key and no download, so there is nothing that checkov could want to fetch; should it try
# nevertheless, it is told no and the test says so.
WITHOUT_NETWORK: Final = """
import socket, sys

def refuse(*_, **__):
    sys.stderr.write("checkov asked for the network\\n")
    raise OSError("there is no network here")

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
from checkov.main import Checkov
sys.exit(Checkov(sys.argv[1:]).run())
"""


def check(files: list[Path]) -> list[dict[str, Any]]:
    assert PYTHON.exists(), "run `make checkov`, which installs it"
    command = [str(PYTHON), "-c", WITHOUT_NETWORK, "--framework", "cloudformation"]
    command += ["--skip-download", "--quiet", "--compact", "--output", "json", "--file"]
    done = subprocess.run(
        [*command, *map(str, files)],
        env={
            "PATH": os.defpath,
            "HOME": str(files[0].parent),
            "LOG_LEVEL": "ERROR",
            # It would ask the package index about itself, also with --skip-download.
            "CKV_SKIP_PACKAGE_UPDATE_CHECK": "true",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    assert "asked for the network" not in done.stderr
    told = json.loads(done.stdout)
    assert told["summary"]["parsing_errors"] == 0
    assert told["summary"]["resource_count"] > 0
    failed: list[dict[str, Any]] = told["results"]["failed_checks"]
    return failed


def findings(told: list[dict[str, Any]], files: list[Path]) -> list[Finding]:
    paths = {
        str(file): paths_by_logical_id(file.parent, file.name.removesuffix(".template.json"))
        for file in files
    }
    return [
        Finding(
            one["check_id"],
            paths[one["file_abs_path"]][one["resource"].partition(".")[2]],
            one["check_name"],
        )
        for one in told
    ]


@pytest.fixture(scope="module")
def acknowledged(environments: Mapping[str, Synthesized]) -> list[Acknowledgement]:
    return [
        accepted
        for made in environments.values()
        for accepted in acknowledgements(made.files["network"].parent)
    ]


@pytest.fixture(scope="module")
def found(environments: Mapping[str, Synthesized]) -> list[Finding]:
    files = [file for made in environments.values() for file in made.files.values()]
    return findings(check(files), files)


def test_every_finding_is_corrected_or_acknowledged(
    found: list[Finding], acknowledged: list[Acknowledgement]
) -> None:
    answered = [
        Acknowledgement(rule, accepted.path, accepted.reason)
        for accepted in acknowledged
        for rule, same in SAME.items()
        if accepted.rule == same
    ]
    told = sorted({str(one) for one in unacknowledged(found, [*acknowledged, *answered])})
    if told:
        pytest.fail(f"{len(told)} findings:\n" + "\n".join(told), pytrace=False)


def test_every_acknowledgement_has_a_finding_and_a_reason(
    found: list[Finding], acknowledged: list[Acknowledgement]
) -> None:
    # Those of cdk-nag are looked at with cdk-nag.
    own = [accepted for accepted in acknowledged if accepted.rule.startswith("CKV")]
    if said := faults(found, own):
        pytest.fail("\n".join(said), pytrace=False)


def test_a_broken_resource_is_found(stacks: Synthesized, tmp_path: Path) -> None:
    file = stacks.files["database"]
    template = json.loads(file.read_text())
    (name, cluster), *_ = stacks.resources("database", "AWS::RDS::DBCluster").items()
    template["Resources"][name]["Properties"] = {
        **cluster["Properties"],
        "StorageEncrypted": False,
    }
    broken = tmp_path / file.name
    broken.write_text(json.dumps(template))
    (tmp_path / file.name.replace("template", "metadata")).write_text(
        file.with_name(file.name.replace("template", "metadata")).read_text()
    )
    (rule,) = {
        finding.rule
        for finding in findings(check([broken]), [broken])
        if "Cluster/Resource" in finding.path and "encrypt" in finding.said
    }
    assert rule == "CKV_AWS_96"
