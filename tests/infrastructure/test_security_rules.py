"""The security rule packs AwsSolutions and NIST 800-53 R5 on every environment."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from migration_stacks import settings
from tests.infrastructure.conftest import assemble
from tests.infrastructure.environments import FILES
from tests.infrastructure.findings import (
    Acknowledgement,
    Finding,
    acknowledgements,
    faults,
    unacknowledged,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import app


@dataclass(frozen=True)
class Examined:
    """One environment: what the packs refuse, what they find where nothing is acknowledged, and
    what is acknowledged."""

    refused: list[Finding]
    found: list[Finding]
    acknowledged: list[Acknowledgement]


def examine(
    given: settings.Settings, outdir: Path, *, change: Callable[[app.Stacks], None] | None = None
) -> tuple[list[Finding], list[Acknowledgement]]:
    """Builds an app of its own, as a synthesis with a registered pack ends in an exception, also
    where a test only wants a template."""
    import aws_cdk as cdk
    from cdk_nag import AwsSolutionsChecks, NIST80053R5Checks

    made, stacks, _ = assemble(given, outdir=outdir)
    if change is not None:
        change(stacks)
    cdk.Validations.of(made).add_plugins(AwsSolutionsChecks(made), NIST80053R5Checks(made))
    try:
        made.synth()
    except RuntimeError as refused:
        if "ValidationFailed" not in str(refused):
            raise
    of_the_app = [
        Acknowledgement(rule.removeprefix("Annotation::"), "", reason)
        for entry in made.node.metadata
        if entry.type == cdk.Validations.ACKNOWLEDGED_RULES_METADATA_KEY
        for rule, reason in entry.data.items()
    ]
    return list(reported(outdir)), [*acknowledgements(outdir), *of_the_app]


PACKS = {"AwsSolutions", "NIST.800.53.R5"}


def reported(outdir: Path) -> Iterator[Finding]:
    report = json.loads((outdir / "validation-report.json").read_text())
    for pack in report["pluginReports"]:
        # The CDK reports our own warnings to the operator in the same file.
        if pack["pluginName"] not in PACKS:
            continue
        for rule in pack["violations"]:
            for construct in rule["violatingConstructs"]:
                said, *_ = rule["description"].partition(" - (Control IDs")
                yield Finding(rule["ruleName"], construct["constructPath"], said)


@pytest.fixture(scope="module")
def examined(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Examined]:
    import aws_cdk as cdk

    environments = {}
    for name, path in FILES.items():
        given = settings.load(path)
        refused, acknowledged = examine(given, tmp_path_factory.mktemp("acknowledged"))
        with pytest.MonkeyPatch.context() as without:
            without.setattr(cdk.Validations, "acknowledge", lambda *_: None)
            found, _ = examine(given, tmp_path_factory.mktemp("raw"))
        # The report names only those that found something; with nothing acknowledged both do.
        packs = {finding.rule.partition("-")[0] for finding in found}
        assert packs == PACKS, "a pack did not run"
        environments[name] = Examined(refused, found, acknowledged)
    return environments


@pytest.mark.parametrize("name", FILES)
def test_every_finding_is_corrected_or_acknowledged(
    examined: Mapping[str, Examined], name: str
) -> None:
    told = sorted(map(str, examined[name].refused))
    if told:
        pytest.fail(f"{len(told)} findings:\n" + "\n".join(told), pytrace=False)


def test_every_acknowledgement_is_beside_its_resource_has_a_reason_and_a_finding(
    examined: Mapping[str, Examined],
) -> None:
    found = [finding for one in examined.values() for finding in one.found]
    # checkov's are looked at with checkov. The CDK acknowledges a finding of its own validator by
    # itself, on each stack whose zones are asked for. Any other name is misspelt.
    others = ("CKV", "CloudFormation-Validate::")
    acknowledged = [
        accepted
        for one in examined.values()
        for accepted in one.acknowledged
        if not accepted.rule.startswith(others)
    ]
    if said := faults(found, acknowledged):
        pytest.fail("\n".join(said), pytrace=False)


def test_what_is_acknowledged_is_what_the_packs_leave_out(
    examined: Mapping[str, Examined],
) -> None:
    """Else the look at the acknowledgements would say nothing about the packs' verdict."""
    for one in examined.values():
        assert unacknowledged(one.found, one.acknowledged) == sorted(one.refused)


def test_a_broken_resource_and_a_bad_acknowledgement_are_found(
    example: settings.Settings, tmp_path: Path
) -> None:
    from aws_cdk import aws_sqs as sqs

    from migration_stacks.constructs.acknowledged import acknowledge

    def change(stacks: app.Stacks) -> None:
        queue = sqs.CfnQueue(stacks.monitoring, "Plain")
        acknowledge(queue, {"AwsSolutions-SQS3": "no"})
        other = sqs.CfnQueue(stacks.monitoring, "Other")
        acknowledge(other, {"AwsSolutions-S1": "A bucket was here once and has been taken away."})
        acknowledge(
            stacks.monitoring, {"AwsSolutions-SNS3": "Nobody is to look at any topic here."}
        )
        acknowledge(other.node.root, {"AwsSolutions-SQS4": "Nobody is to look at any queue here."})

    found, acknowledged = examine(example, tmp_path, change=change)
    stack = "migration-monitoring-dev"
    rules: dict[str, list[str]] = {finding.path: [] for finding in found}
    for finding in found:
        rules[finding.path].append(finding.rule)
    assert rules[f"{stack}/Other"] == ["AwsSolutions-SQS3"]
    assert f"{stack}/Plain" not in rules
    raw = [*found, Finding("AwsSolutions-SQS3", f"{stack}/Plain", "")]
    said = "\n".join(faults(raw, acknowledged))
    for expected in (
        f"AwsSolutions-SQS3 acknowledged at {stack}/Plain: 'no' is no reason",
        f"AwsSolutions-S1 acknowledged at {stack}/Other: nothing there breaks this rule",
        f"AwsSolutions-SNS3 acknowledged at {stack}: covers a whole stack",
        "AwsSolutions-SQS4 acknowledged at the app: covers a whole stack",
    ):
        assert expected in said
