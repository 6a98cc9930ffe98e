"""A database's address from its secret."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cutover.adapters.aws import translated
from cutover.adapters.postgres import Address
from cutover.errors import BadInput

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

KEYS = ("username", "password", "host", "port", "dbname")


def read_address(client: SecretsManagerClient, *, secret_arn: str, sslmode: str) -> Address:
    """The address in a secret of the form that RDS and DMS use. Raises BadInput, naming the missing keys only."""
    with translated(f"reading the secret {secret_arn}"):
        text = client.get_secret_value(SecretId=secret_arn)["SecretString"]
    secret = json.loads(text)
    missing = [key for key in KEYS if key not in secret]
    if missing:
        raise BadInput(f"the secret {secret_arn} lacks {', '.join(missing)}")
    return Address(
        host=str(secret["host"]),
        port=int(secret["port"]),
        dbname=str(secret["dbname"]),
        username=str(secret["username"]),
        password=str(secret["password"]),
        sslmode=sslmode,
    )
