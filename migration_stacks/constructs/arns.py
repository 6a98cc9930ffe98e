"""ARNs of this account, and what they are made of.

Each read of `cdk.Aws` is a question to Node, for an answer that is always the same.
"""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk

PARTITION: Final = cdk.Aws.PARTITION
REGION: Final = cdk.Aws.REGION
ACCOUNT: Final = cdk.Aws.ACCOUNT_ID


def arn(service: str, resource: str) -> str:
    """Of something in the account and region that the stack is deployed to."""
    return f"arn:{PARTITION}:{service}:{REGION}:{ACCOUNT}:{resource}"
