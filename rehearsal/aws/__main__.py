"""`python -m rehearsal.aws`: the AWS of a rehearsal, as a child process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rehearsal.aws.child import run
from rehearsal.aws.config import AwsConfig, Ready


@contextmanager
def _parts(configuration: str) -> Iterator[Ready]:
    # After the streams are in order: this imports half a dozen servers.
    from rehearsal.aws.parts import Parts

    with Parts(AwsConfig.model_validate_json(configuration)) as parts:
        yield parts.start()


if __name__ == "__main__":
    run(_parts)
