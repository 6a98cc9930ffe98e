"""Every name that the runbook promises, made from the environment's suffix in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

REPLICATION_LAG: Final = "replication-lag"
FORWARD_LAG: Final = "forward-replication-lag"
"""Of the task that goes forward again after a way back."""
AURORA_CPU: Final = "aurora-cpu"
AURORA_CONNECTIONS: Final = "aurora-connections"
UNDELIVERED: Final = "undelivered"
"""Of events that a rule could not hand on."""

# A cutover does not go on while one of these is in alarm; of the two on lag that one counts whose
# task carries. Only the names travel to the functions: the alarms themselves watch what the cutover
# stack makes, and a reference would close a circle.
GUARDING_ALARMS: Final = (REPLICATION_LAG, FORWARD_LAG, AURORA_CPU, AURORA_CONNECTIONS)


ROUTE53_UPDATER: Final = "route53_updater"
"""The one function that people call, under the name that the runbook promises."""


@dataclass(frozen=True)
class Names:
    """The names of one environment. Lower case throughout: RDS and DMS store their identifiers
    in lower case, and a metric dimension in another case matches nothing."""

    suffix: str

    @property
    def cluster(self) -> str:
        return f"migration-aurora-{self.suffix}"

    def cluster_instance(self, number: int) -> str:
        """Numbered, not named for a role: after a failover "writer" would be a reader."""
        return f"{self.cluster}-{number}"

    @property
    def replication(self) -> str:
        """Of the replication instance, and of the task from source to target."""
        return f"migration-{self.suffix}"

    @property
    def reverse_replication(self) -> str:
        """Of the task from target to source, the way back."""
        return f"{self.replication}-reverse"

    @property
    def reverse_slot(self) -> str:
        """Of the replication slot on the target. PostgreSQL allows no hyphen in one."""
        return f"migration_{self.suffix.replace('-', '_')}_reverse"

    @property
    def forward_replication(self) -> str:
        """Of the task from source to target that goes forward again after a way back."""
        return f"{self.replication}-forward"

    @property
    def forward_slot(self) -> str:
        """Of the replication slot on the source that this task reads."""
        return f"migration_{self.suffix.replace('-', '_')}_forward"

    @property
    def replication_tasks(self) -> tuple[str, ...]:
        """Every task, in the order in which they run."""
        return (self.replication, self.reverse_replication, self.forward_replication)

    @property
    def backup_vault(self) -> str:
        return f"migration-backups-{self.suffix}"

    @property
    def journal(self) -> str:
        """Of the table; the `cutover` command finds it by this name."""
        return f"migration-journal-{self.suffix}"

    @property
    def route53_updater(self) -> str:
        return self.function(ROUTE53_UPDATER)

    @property
    def dashboard(self) -> str:
        return f"migration-dashboard-{self.suffix}"

    @property
    def topic(self) -> str:
        return f"migration-notifications-{self.suffix}"

    @property
    def undelivered(self) -> str:
        """Of the queue of what EventBridge could not deliver."""
        return f"migration-undelivered-{self.suffix}"

    @property
    def state_parameter(self) -> str:
        return f"/migration/{self.suffix}/state"

    @property
    def schema_build(self) -> str:
        """Of the project that copies the schema."""
        return f"migration-schema-{self.suffix}"

    def stack(self, role: str) -> str:
        return f"migration-{role}-{self.suffix}"

    def state_machine(self, verb: str) -> str:
        return f"migration-{verb}-{self.suffix}"

    def service(self, function_key: str) -> str:
        """What a function calls itself in logs and metrics: the same in each environment."""
        if function_key == ROUTE53_UPDATER:
            return "route53-updater"
        return f"migration-{function_key.replace('_', '-')}"

    def function(self, function_key: str) -> str:
        return f"{self.service(function_key)}-{self.suffix}"

    def rule(self, name: str) -> str:
        return f"migration-{name}-{self.suffix}"

    def alarm(self, name: str) -> str:
        return f"migration-{name}-{self.suffix}"

    @property
    def guarding_alarms(self) -> tuple[str, ...]:
        return tuple(self.alarm(name) for name in GUARDING_ALARMS)
