"""`python -m rehearsal.deployment.account`: the account, as a child process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rehearsal.aws.child import run
from rehearsal.deployment.account.config import AccountConfig, AccountReady


@contextmanager
def _account(configuration: str) -> Iterator[AccountReady]:
    # After the streams are in order: this imports half a dozen servers.
    from rehearsal.deployment.account.parts import Account

    with Account(AccountConfig.model_validate_json(configuration)) as account:
        yield account.start()


if __name__ == "__main__":
    run(_account)
