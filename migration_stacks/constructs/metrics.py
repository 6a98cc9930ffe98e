"""Metrics under the dimensions that their services publish them with.

With a dimension too many, too few or in another case there is no data and no error, so each kind of
metric is made here and nowhere else. Values are written as CloudFormation's Fn::Sub reads them:
`${Task}` is the same task in an alarm and in the text of the dashboard.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from migration_stacks.names import Names

Statistic = Literal["Average", "Maximum", "Minimum", "Sum"]

# What the functions write, in the embedded metric format (lambdas/observability.py).
CUSTOM_NAMESPACE: Final = "Migration"
CUSTOM_SERVICE: Final = "migration"

# Stand for a task's resource id until the stack that knows the task's ARN gives it.
TASK: Final = "${Task}"
REVERSE_TASK: Final = "${ReverseTask}"
FORWARD_TASK: Final = "${ForwardTask}"


@dataclass(frozen=True)
class Metric:
    """One metric, and how its points of a period become one number."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: Statistic


@dataclass(frozen=True)
class Expression:
    """What CloudWatch works out of several metrics, each by the name that `formula` has for it."""

    formula: str
    metrics: dict[str, Metric]


@dataclass(frozen=True)
class Metrics:
    """Those of one environment."""

    names: Names
    instance_count: int

    def task(self, name: str, statistic: Statistic = "Maximum") -> Metric:
        """Of the task from source to target: filed under the instance's identifier and the task's
        resource id, which is the last part of its ARN and not its name (DMS user guide,
        "Monitoring")."""
        return self._task(name, TASK, statistic)

    def reverse_task(self, name: str, statistic: Statistic = "Maximum") -> Metric:
        """Of the task from target to source, on the same instance."""
        return self._task(name, REVERSE_TASK, statistic)

    def forward_task(self, name: str, statistic: Statistic = "Maximum") -> Metric:
        """Of the task that goes from source to target again after a way back."""
        return self._task(name, FORWARD_TASK, statistic)

    def _task(self, name: str, resource_id: str, statistic: Statistic) -> Metric:
        instance = ("ReplicationInstanceIdentifier", self.names.replication)
        task = ("ReplicationTaskIdentifier", resource_id)
        return Metric("AWS/DMS", name, (instance, task), statistic)

    def replication_instance(self, name: str, statistic: Statistic = "Maximum") -> Metric:
        """Of the DMS instance itself (DMS user guide, "Monitoring")."""
        instance = ("ReplicationInstanceIdentifier", self.names.replication)
        return Metric("AWS/DMS", name, (instance,), statistic)

    def cluster(self, name: str, statistic: Statistic = "Maximum") -> Metric:
        """Over all instances of the cluster, with "Maximum" the worst of them (Aurora user guide,
        "Amazon CloudWatch dimensions")."""
        return Metric("AWS/RDS", name, (("DBClusterIdentifier", self.names.cluster),), statistic)

    def connections(self) -> Expression:
        """Of all instances together. The cluster's own metric is a mean or a maximum over them;
        its sum would count an instance twice that reports twice in a minute."""
        each = {
            f"m{number}": Metric(
                "AWS/RDS",
                "DatabaseConnections",
                (("DBInstanceIdentifier", self.names.cluster_instance(number)),),
                "Maximum",
            )
            for number in range(1, self.instance_count + 1)
        }
        return Expression(" + ".join(each), each)

    def machine(self, name: str, verb: str) -> Metric:
        """Of one state machine, filed under its ARN (Step Functions guide, "Monitoring metrics
        using CloudWatch"); made from its name, so that no stack has to export it."""
        arn = (
            "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:"
            f"{self.names.state_machine(verb)}"
        )
        return Metric("AWS/States", name, (("StateMachineArn", arn),), "Sum")

    def vault(self, name: str) -> Metric:
        """Of the jobs into the backup vault. The alarm templates of AWS's own Digito runbooks for
        AWS Backup use this dimension alone; with ResourceType beside it, it is another series."""
        return Metric("AWS/Backup", name, (("BackupVaultName", self.names.backup_vault),), "Sum")

    def custom(self, name: str, statistic: Statistic = "Maximum") -> Metric:
        """Written by the functions of this environment."""
        service, environment = ("service", CUSTOM_SERVICE), ("Environment", self.names.suffix)
        return Metric(CUSTOM_NAMESPACE, name, (service, environment), statistic)


def slots(names: Names) -> Expression:
    """Each slot of the source by itself. A slot is named by whoever makes it, so they are searched for; what is
    found is labelled with what it differs in."""
    schema = f"{CUSTOM_NAMESPACE},Environment,Slot,service"
    wanted = f'{{{schema}}} MetricName="SlotWal" Environment="{names.suffix}"'
    return Expression(f"SEARCH('{wanted}', 'Maximum')", {})


def happened(**counts: Metric) -> Expression:
    """How often any of these happened. FILL: a sum with a metric that has no data has none."""
    return Expression(" + ".join(f"FILL({key}, 0)" for key in counts), counts)
