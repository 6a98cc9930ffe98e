"""Custom resource: the roles on the target, made with the passwords of their secrets and the rights they need."""

from __future__ import annotations

from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from cutover.adapters.aws import CLIENT_CONFIG
from cutover.adapters.postgres_roles import PostgresRoleServer
from cutover.adapters.secrets import read_address
from cutover.roles import TargetRoleNames, TargetRoles
from cutover.steps.roles import make_roles
from lambdas import environment
from lambdas.cloudformation import answer
from lambdas.environment import RolesEnvironment
from lambdas.observability import Event, logger, observed


@observed
def lambda_handler(event: Event, _context: LambdaContext) -> Any:
    """Answers CloudFormation, with success or with the reason of the failure."""
    # The same whatever changes: roles of a former name stay, as the database does.
    answer(event, physical_id="database-roles", act=_apply)


def _apply(event: Event) -> None:
    if event["RequestType"] == "Delete":
        # The database outlives the stack, and what is in it belongs to them.
        return
    told = environment.read(RolesEnvironment)
    # Read anew each time: this runs once a deployment, and a password may have changed since.
    secrets = boto3.client("secretsmanager", config=CLIENT_CONFIG)
    administrator, replication, cutover, application = (
        read_address(secrets, secret_arn=arn, sslmode=told.database_sslmode)
        for arn in (
            told.administrator_secret_arn,
            told.replication_secret_arn,
            told.cutover_secret_arn,
            told.application_secret_arn,
        )
    )
    roles = TargetRoles(
        names=TargetRoleNames(
            database=administrator.dbname,
            schemas=tuple(event["ResourceProperties"]["Schemas"]),
            replication=replication.username,
            cutover=cutover.username,
            application=application.username,
        ),
        passwords={role.username: role.password for role in (replication, cutover, application)},
    )
    wider = make_roles(PostgresRoleServer(administrator), roles)
    logger.info("roles made", roles=roles.names.all, wider_than_needed=wider)
