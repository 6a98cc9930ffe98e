"""Findings of the security rule packs that are accepted, each beside its resource with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import IConstruct


def acknowledge(scope: IConstruct, reasons: Mapping[str, str]) -> None:
    """Accepts findings on `scope` and what is below it: cdk-nag's id of each, and why.

    An id with a detail in brackets names one finding of a rule that finds several, for example
    "AwsSolutions-IAM5[Resource::*]"; the bare id would not match it.
    """
    cdk.Validations.of(scope).acknowledge(
        *(cdk.Acknowledgment(id=rule, reason=reason) for rule, reason in reasons.items())
    )
