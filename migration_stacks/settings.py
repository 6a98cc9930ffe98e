"""The settings of one environment: a TOML file, typed and checked before any synthesis."""

from __future__ import annotations

import ipaddress
import re
import tomllib
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import (
    Field,
    StrictBool,
    StrictInt,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from migration_stacks.faults import SettingsError, explain, fault
from migration_stacks.plan_settings import CutoverSettings
from migration_stacks.setting_types import Email, HostName, Identifier, Network, Section

if TYPE_CHECKING:
    from pathlib import Path

ZONES: Final = 3
"""One for the writer, one for each of the two readers."""

_ZONE: Final = re.compile(r"([a-z]{2}(-[a-z]+)+-\d)?[a-z]")
_NOT_THE_APPLICATIONS: Final = re.compile(r"cutover|awsdms_control|information_schema|pg_.*")


class NetworkSettings(Section):
    cidr: Network = Field("10.60.0.0/16", description="the addresses of the VPC")
    availability_zones: tuple[str, ...] = Field(description="as letters or full names")
    client_networks: tuple[Network, ...] = Field(
        (), description="where the application connects to the target from"
    )

    @field_validator("cidr")
    @classmethod
    def _size(cls, value: str) -> str:
        length = ipaddress.IPv4Network(value).prefixlen
        if not 16 <= length <= 24:
            raise fault(
                f"is a /{length}; a VPC is at most a /16, and three subnets of useful size need "
                "a /24: choose a /16 to /24"
            )
        return value

    @field_validator("availability_zones")
    @classmethod
    def _three(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(value) != ZONES or len(set(value)) != ZONES:
            raise fault(
                f"names {len(set(value))} zones ({', '.join(value)}); the writer and the two "
                f"readers need {ZONES} different ones: name {ZONES}"
            )
        if wrong := [zone for zone in value if not _ZONE.fullmatch(zone)]:
            raise fault(f'has {", ".join(wrong)}; a zone is written as "a" or as "us-east-1a"')
        return value


class SourceSettings(Section):
    host: HostName = Field(description="the name of the PostgreSQL server to leave")
    port: StrictInt = Field(5432, ge=1, le=65_535, description="its TCP port")
    database: Identifier = Field(description="the database to move")
    schemas: tuple[Identifier, ...] = Field(description="the schemas to move, each whole")
    network: Network = Field(description="the network of the server")
    replication_user: Identifier = Field("migration_replication", description="the role of DMS")
    cutover_user: Identifier = Field("migration_cutover", description="the role of the cutover")

    @field_validator("schemas")
    @classmethod
    def _the_applications(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise fault("is empty; there would be nothing to move: name at least one schema")
        if refused := [name for name in value if _NOT_THE_APPLICATIONS.fullmatch(name)]:
            raise fault(
                f"has {', '.join(refused)}; PostgreSQL's own schemas and this tool's are not "
                "moved: take it out"
            )
        if len(set(value)) != len(value):
            raise fault("names a schema twice; its tables would be loaded twice: name it once")
        return value


class DatabaseSettings(Section):
    engine_version: Literal["16.13", "17.9"] = Field("17.9", description="of Aurora PostgreSQL")
    name: Identifier = Field("application", description="the database on the target")
    administrator: Identifier = Field("migration_admin", description="the target's first role")
    min_capacity: float = Field(
        0.5,
        strict=True,
        ge=0.5,
        le=256,
        multiple_of=0.5,
        description="ACU; at 0 a cluster pauses, which logical replication forbids",
    )
    max_capacity: float = Field(
        2, strict=True, ge=1, le=256, multiple_of=0.5, description="ACU; 1 is about 2 GiB"
    )
    backup_days: StrictInt = Field(
        7, ge=3, le=35, description="of point-in-time restore; the way back needs 72 hours"
    )
    deletion_protection: StrictBool = Field(
        True, description="false lets the data be deleted, with no last snapshot"
    )

    @field_validator("max_capacity")
    @classmethod
    def _not_below_the_least(cls, value: float, info: ValidationInfo) -> float:
        least = info.data.get("min_capacity")
        if least is not None and value < least:
            raise fault(
                f"is {value:g}, below min_capacity {least:g}: raise it or lower min_capacity"
            )
        return value


class DmsSettings(Section):
    engine_version: Literal["3.6.1"] = Field("3.6.1", description="of the replication instance")
    instance_class: str = Field("dms.r5.large", description="of the replication instance")
    storage_gigabytes: StrictInt = Field(
        100, ge=20, le=6144, description="for changes that wait, and logs"
    )
    multi_az: StrictBool = Field(False, description="a standby in a second zone")
    create_service_roles: StrictBool = Field(
        True, description="dms-vpc-role and dms-cloudwatch-logs-role, once in an account"
    )
    lob_max_kilobytes: StrictInt = Field(
        1024, ge=1, le=102_400, description="a longer text, json or bytea stops the task"
    )
    full_load_tables: StrictInt = Field(
        8, ge=1, le=49, description="tables that are loaded side by side"
    )

    @field_validator("instance_class")
    @classmethod
    def _of_dms(cls, value: str) -> str:
        if not re.fullmatch(r"dms\.[a-z0-9]+\.[a-z0-9]+", value):
            raise fault(f"is {value!r}; a class of DMS is needed, such as dms.r5.large")
        return value


class TrafficSettings(Section):
    zone: HostName = Field(description="the private zone of ro.<zone> and rw.<zone>")
    workload: Literal["read-write", "read-only"] = Field(
        "read-write", description="what the clients do through these names"
    )
    mode: Literal["split-reads", "single-record"] = Field(
        "split-reads", description="which record the stages move"
    )

    @field_validator("mode")
    @classmethod
    def _writes_are_never_split(cls, value: str, info: ValidationInfo) -> str:
        if value == "single-record" and info.data.get("workload") == "read-write":
            raise fault(
                "is 'single-record' for a read-write workload; changes flow only from source to "
                "target, so each write that a weight sends to the target never reaches the "
                "source (split brain): use 'split-reads', or declare workload = \"read-only\" "
                "where nothing is ever written through this name"
            )
        return value


class MonitoringSettings(Section):
    replication_lag_seconds: StrictInt = Field(60, ge=1, le=3600, description="alarm above")
    cpu_percent: StrictInt = Field(80, ge=1, le=99, description="of an instance; alarm above")
    connections: StrictInt = Field(
        800, ge=1, le=15_000, description="of the whole cluster; alarm above"
    )
    log_retention_days: Literal[30, 90, 180, 365] = Field(90, description="of every log group")


class NotificationSettings(Section):
    emails: tuple[Email, ...] = Field((), description="who is told")


class Settings(Section):
    """One environment. A section of which every key has a default may be left out."""

    region: str | None = Field(None, description="unless AWS_REGION names another")
    network: NetworkSettings
    source: SourceSettings
    database: DatabaseSettings = DatabaseSettings()
    dms: DmsSettings = DmsSettings()
    traffic: TrafficSettings
    cutover: CutoverSettings = CutoverSettings()
    monitoring: MonitoringSettings = MonitoringSettings()
    notifications: NotificationSettings = NotificationSettings()

    @field_validator("source")
    @classmethod
    def _networks_apart(cls, value: SourceSettings, info: ValidationInfo) -> SourceSettings:
        network: NetworkSettings | None = info.data.get("network")
        if network and _network(network.cidr).overlaps(_network(value.network)):
            raise fault(
                f"has network {value.network}, which overlaps network.cidr {network.cidr}: no "
                "route can tell them apart; choose another cidr"
            )
        return value

    @field_validator("traffic")
    @classmethod
    def _hides_no_source(cls, value: TrafficSettings, info: ValidationInfo) -> TrafficSettings:
        source: SourceSettings | None = info.data.get("source")
        if source and f".{source.host}".endswith(f".{value.zone}"):
            raise fault(
                f"has zone {value.zone}, and a private zone answers for every name below it: "
                f"source.host {source.host} would not be found any more; choose another zone"
            )
        return value


def _network(text: str) -> ipaddress.IPv4Network:
    return ipaddress.IPv4Network(text)


def load(path: Path) -> Settings:
    """Reads and checks a settings file.

    Raises SettingsError with every fault of the file at once, one a line.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"{path}: can't be read ({error.strerror}); name a settings file: -c settings=PATH"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: is not TOML ({error}); correct it there") from error
    return parse(document, origin=str(path))


def parse(document: dict[str, Any], *, origin: str) -> Settings:
    """Checks settings that were read from `origin`. Raises SettingsError as `load` does."""
    try:
        return Settings.model_validate(document)
    except ValidationError as error:
        raise SettingsError(
            "\n".join(f"{origin}: {found}" for found in explain(error, Settings))
        ) from error
