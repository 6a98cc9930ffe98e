"""What the operator told: limits, roles, and what of the settings file the checks need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cutover.errors import BadInput
from cutover.jsonable import restored


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The thresholds that are numbers."""

    free_slots: int = 2
    """On the source: of the task that loads, and of the one that goes forward again."""
    free_target_slots: int = 1
    free_connections: int = 20
    """DMS takes one for each table that it loads and a few more, the cutover up to six."""
    least_connections: int = 5
    long_transaction_seconds: int = 300
    """A slot is made only when every transaction that runs has ended."""
    too_long_transaction_seconds: int = 3600
    old_transaction_ids: int = 500_000_000
    too_old_transaction_ids: int = 1_500_000_000
    """PostgreSQL stops giving out ids at two thousand million; a slot holds the oldest back."""
    least_sender_timeout_milliseconds: int = 10_000
    most_sender_timeout_milliseconds: int = 300_000
    decoding_memory_kilobytes: int = 65_536
    sequence_used_percent: int = 80
    ttl_seconds: int = 5
    most_ttl_seconds: int = 60
    backup_days: int = 3
    small_capacity: float = 2


@dataclass(frozen=True, kw_only=True)
class ToldSettings:
    """The keys of a settings file that checks look at, with the stacks' defaults."""

    source_host: str
    source_database: str
    schemas: tuple[str, ...]
    zone: str
    exclude_tables: tuple[str, ...] = ()
    generated_columns: tuple[str, ...] = ()
    ssl_mode: str = "require"
    replication_user: str = "migration_replication"
    cutover_user: str = "migration_cutover"
    target_database: str = "application"
    target_replication_user: str = "migration_replication"
    max_capacity: float = 2
    full_load: bool = False
    deletion_protection: bool = True
    lob_max_kilobytes: int = 1024
    target_ca_certificate: str = ""
    record_ttl_seconds: int = 5
    fence: str = "trigger"
    large_objects_unused: bool = False
    sequence_margin: int = 1000
    emails: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Told:
    """Everything that a run knows beforehand."""

    schemas: tuple[str, ...] | None = None
    """Those that are moved; None: every one of the application's."""
    replication_role: str | None = None
    """As whom DMS reads the source; None: the role that asks."""
    cutover_role: str | None = None
    target_replication_role: str | None = None
    settings: ToldSettings | None = None
    suffix: str = "dev"
    limits: Limits = field(default_factory=Limits)
    most_objects: int = 50
    """Of one check, that are told by name; their number is always told."""
    full_lob_mode: bool = False

    def values(self) -> dict[str, Any]:
        """Of the placeholders in SQL."""
        settings = self.settings
        return {
            "schemas": None if self.schemas is None else list(self.schemas),
            "excluded": list(settings.exclude_tables) if settings else [],
            "generated": list(settings.generated_columns) if settings else [],
            "replication_role": self.replication_role,
            "cutover_role": self.cutover_role,
            "target_replication_role": self.target_replication_role,
            "margin": settings.sequence_margin if settings else 1000,
            "lob_bytes": (settings.lob_max_kilobytes if settings else 1024) * 1024,
            "objects": self.most_objects,
        }

    def names(self) -> dict[str, str]:
        """Of the placeholders in calls: migration_stacks/names.py has the same."""
        return {
            "replication": f"migration-{self.suffix}",
            "cluster": f"migration-aurora-{self.suffix}",
            "function": f"migration-preflight-{self.suffix}",
            "zone": self.settings.zone if self.settings else "",
        }


SECTIONS = {
    "source": {
        "host": "source_host",
        "database": "source_database",
        "schemas": "schemas",
        "exclude_tables": "exclude_tables",
        "generated_columns": "generated_columns",
        "ssl_mode": "ssl_mode",
        "replication_user": "replication_user",
        "cutover_user": "cutover_user",
    },
    "database": {
        "name": "target_database",
        "replication_user": "target_replication_user",
        "max_capacity": "max_capacity",
        "full_load": "full_load",
        "deletion_protection": "deletion_protection",
    },
    "dms": {
        "lob_max_kilobytes": "lob_max_kilobytes",
        "target_ca_certificate": "target_ca_certificate",
    },
    "traffic": {"zone": "zone"},
    "cutover": {
        "record_ttl_seconds": "record_ttl_seconds",
        "fence": "fence",
        "large_objects_unused": "large_objects_unused",
        "sequence_margin": "sequence_margin",
    },
    "notifications": {"emails": "emails"},
}
"""By section and key of the settings file: the field."""

YOURS = (
    ("source", "host"),
    ("source", "database"),
    ("source", "schemas"),
    ("traffic", "zone"),
)


def from_settings(document: Mapping[str, Any]) -> ToldSettings:
    """Raises BadInput, naming every key that is missing; what else is wrong the synthesis says."""
    missing = [f"{section}.{key}" for section, key in YOURS if key not in document.get(section, {})]
    if missing:
        raise BadInput(
            f"the settings lack {', '.join(missing)}, which have no default: settings/example.toml explains them"
        )
    values = {
        name: tuple(value) if isinstance(value, list) else value
        for section, keys in SECTIONS.items()
        for key, name in keys.items()
        if (value := document.get(section, {}).get(key)) is not None
    }
    try:
        return restored(ToldSettings, values)
    except ValueError as error:
        # The synthesis says it better, key by key; here it must not become an error of a query.
        raise BadInput(
            f"the settings have a value of another kind than is needed: {error}"
        ) from error
