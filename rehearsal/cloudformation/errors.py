"""What can be wrong with a template, and what can go wrong with a resource."""

from __future__ import annotations


class TemplateFault(Exception):
    """CloudFormation would refuse the request, with this text."""

    code = "ValidationError"


class ChangeSetMissing(TemplateFault):
    """There is no such change set: the CDK CLI waits for this after it has deleted one."""

    code = "ChangeSetNotFound"


class ResourceFailed(Exception):
    """A resource could not be created, changed or deleted; the stack is put back."""


class UnknownChange(ResourceFailed):
    """The catalogue knows no way to make a change; nothing was touched."""
