"""What the DMS API answers instead of doing what it was asked for."""

from __future__ import annotations


class DmsFault(Exception):
    """An error of the DMS API, by the name that botocore maps to an exception class."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def invalid_state(message: str) -> DmsFault:
    """The resource is in a state that prevents it from being modified (DMS API reference)."""
    return DmsFault("InvalidResourceStateFault", message)


def not_found(message: str) -> DmsFault:
    return DmsFault("ResourceNotFoundFault", message)
