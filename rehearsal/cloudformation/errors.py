"""What can be wrong with a template, and what can go wrong with a resource."""

from __future__ import annotations


class TemplateFault(Exception):
    """CloudFormation would refuse the request: ValidationError, with this text."""


class ResourceFailed(Exception):
    """A resource could not be created, changed or deleted; the stack is put back."""
