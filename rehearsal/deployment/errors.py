"""What ends a deployment rehearsal early."""

from __future__ import annotations


class DeploymentFailed(Exception):
    """A step did not do what it must; the message says which, and what was seen."""
