"""Custom resource: closes the default security group of a VPC, which AWS opens to its members and outwards.

The text of this one file is what is deployed, with the network and before any package of ours: it imports what Lambda
brings along and nothing else, and has to stay below 4096 characters.
"""

import json
import urllib.request
from typing import Any

import boto3
from botocore.exceptions import ClientError


def lambda_handler(event: dict[str, Any], _context: object) -> None:
    """Answers CloudFormation, with success or with the reason of the failure."""
    group = event["ResourceProperties"]["GroupId"]
    told = {"Status": "SUCCESS"}
    try:
        # A group that goes is deleted together with its VPC, and stays closed until then.
        if event["RequestType"] != "Delete":
            close(group, account=event["StackId"].split(":")[4])
    except Exception as error:
        # Without an answer CloudFormation waits for an hour; the failure is reported there.
        told = {"Status": "FAILED", "Reason": f"{type(error).__name__}: {error}"[:300]}
    body = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    body |= {**told, "PhysicalResourceId": group}
    request = urllib.request.Request(  # noqa: S310  the URL is CloudFormation's presigned https
        event["ResponseURL"], data=json.dumps(body).encode(), method="PUT"
    )
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310
        pass


def close(group: str, *, account: str) -> None:
    """Takes away the two rules that AWS gives the group of every VPC; safe to repeat."""
    ec2 = boto3.client("ec2")
    among_members: Any = {
        "IpProtocol": "-1",
        "UserIdGroupPairs": [{"GroupId": group, "UserId": account}],
    }
    to_everywhere: Any = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    for revoke, rule in (
        (ec2.revoke_security_group_ingress, among_members),
        (ec2.revoke_security_group_egress, to_everywhere),
    ):
        try:
            revoke(GroupId=group, IpPermissions=[rule])
        except ClientError as error:
            if error.response["Error"]["Code"] != "InvalidPermission.NotFound":
                raise
