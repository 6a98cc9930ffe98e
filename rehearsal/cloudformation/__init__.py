"""A stand-in for CloudFormation: its API for the CDK CLI, over the service APIs of moto.

moto's own CloudFormation skips resource types that it does not know, drops references to them and
still says CREATE_COMPLETE; updates of many types are a deletion and a creation. A deployment to it
proves little. Here an unknown type, property, reference or export is a failure, an update touches
what changed and nothing else, and deleting goes backwards.
"""

from __future__ import annotations

from rehearsal.cloudformation.api import install
from rehearsal.cloudformation.errors import ResourceFailed, TemplateFault
from rehearsal.cloudformation.stacks import CloudFormation

__all__ = ["CloudFormation", "ResourceFailed", "TemplateFault", "install"]
