"""The settings of one environment: a TOML file, typed and checked before anything is synthesized."""

from __future__ import annotations

import ipaddress
import re
import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from migration_stacks.faults import Fault, SettingsError, explain, fault
from migration_stacks.stages import check_stages

if TYPE_CHECKING:
    from pathlib import Path

# An execution that reaches this many events is ended by Step Functions; a poll of a stage
# (wait, two functions, a choice) writes 14 of them.
HISTORY_EVENTS: Final = 25_000
EVENTS_PER_POLL: Final = 15

_HOST: Final = re.compile(
    r"(?=.{1,253}$)([a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)
_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_$]{0,62}")
_ZONE_LETTER: Final = re.compile(r"([a-z]{2}(-[a-z]+)+-\d)?[a-z]")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NOT_OURS: Final = re.compile(r"cutover|information_schema|pg_.*")


def _ipv4_network(value: str) -> str:
    try:
        ipaddress.IPv4Network(value)
    except ValueError as error:
        raise fault(
            f"is {value!r}, which is no IPv4 network ({error}); write it as 10.60.0.0/16"
        ) from error
    return value


def _host(value: str) -> str:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        pass
    else:
        raise fault(
            f"is {value!r}, an address; the traffic records are CNAMEs and can only point to a name: give the server a name"
        )
    if not _HOST.fullmatch(value):
        raise fault(
            f"is {value!r}; a full host name in lower case is needed, such as db.example.internal"
        )
    return value


def _identifier(value: str) -> str:
    if not _IDENTIFIER.fullmatch(value):
        raise fault(
            f"is {value!r}; a PostgreSQL name of at most 63 letters, digits, _ and $ is needed"
        )
    return value


def _email(value: str) -> str:
    if not _EMAIL.fullmatch(value):
        raise fault(f"is {value!r}, which is no e-mail address; write it as name@example.com")
    return value


Network = Annotated[str, AfterValidator(_ipv4_network)]
HostName = Annotated[str, AfterValidator(_host)]
Identifier = Annotated[str, AfterValidator(_identifier)]
Email = Annotated[str, AfterValidator(_email)]


class Section(BaseModel):
    """Frozen, and a key that is not known is a fault: a misspelt setting must not be a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NetworkSettings(Section):
    cidr: Network = Field("10.60.0.0/16", description="the address range of the VPC")
    availability_zones: tuple[str, ...] = Field(
        description="the three zones, as letters or full names"
    )
    client_networks: tuple[Network, ...] = Field(
        (), description="where the application connects to the target from"
    )

    @field_validator("cidr")
    @classmethod
    def _vpc_size(cls, value: str) -> str:
        length = ipaddress.IPv4Network(value).prefixlen
        if not 16 <= length <= 24:
            raise fault(
                f"is a /{length}; a VPC is at most a /16, and three subnets of useful size need at least a /24: choose a /16 to /24"
            )
        return value

    @field_validator("availability_zones")
    @classmethod
    def _three_zones(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) != 3 or len(value) != 3:
            raise fault(
                f"names {len(set(value))} different zones in {len(value)}; the writer and the two readers need 3: name three"
            )
        for zone in value:
            if not _ZONE_LETTER.fullmatch(zone):
                raise fault(
                    f'has {zone!r}; a zone is a letter or a full name: write "a" or "us-east-1a"'
                )
        return value


class SourceSettings(Section):
    host: HostName = Field(description="the name of the PostgreSQL server to leave")
    port: StrictInt = Field(5432, ge=1, le=65535, description="its TCP port")
    database: Identifier = Field(description="the database to move")
    schemas: tuple[Identifier, ...] = Field(
        min_length=1, description="the schemas to move, each whole"
    )
    network: Network = Field(
        description="the network the server is in; nothing here connects to another"
    )
    replication_user: Identifier = Field(
        "migration_replication", description="the role that DMS uses"
    )
    cutover_user: Identifier = Field(
        "migration_cutover", description="the role that the cutover uses"
    )

    @field_validator("schemas")
    @classmethod
    def _schemas_of_the_application(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if refused := [name for name in value if _NOT_OURS.fullmatch(name)]:
            raise fault(
                f"has {', '.join(refused)}; PostgreSQL's and this tool's own schemas are not moved: take them out"
            )
        if len(set(value)) != len(value):
            raise fault("names a schema twice; every table would be loaded twice: name each once")
        return value


class DatabaseSettings(Section):
    engine_version: Literal["16.13", "17.9"] = Field("17.9", description="of Aurora PostgreSQL")
    name: Identifier = Field("application", description="the database on the target")
    administrator: Identifier = Field("migration_admin", description="the target's first user")
    min_capacity: float = Field(
        0.5,
        strict=True,
        ge=0.5,
        le=256,
        multiple_of=0.5,
        description="ACU; 0 would pause, which logical replication forbids",
    )
    max_capacity: float = Field(
        2, strict=True, ge=1, le=256, multiple_of=0.5, description="ACU; 1 is about 2 GiB"
    )
    backup_days: StrictInt = Field(
        7, ge=3, le=35, description="days of point-in-time restore; the way back needs 72 h"
    )
    deletion_protection: StrictBool = Field(
        True, description="false lets `cdk destroy` delete the data, with no last snapshot"
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
        100, ge=20, le=6144, description="for cached changes and logs"
    )
    multi_az: StrictBool = Field(
        False, description="a standby in a second zone, at twice the price"
    )
    create_service_roles: StrictBool = Field(
        True,
        description="dms-vpc-role and dms-cloudwatch-logs-role, of which an account has one each",
    )
    lob_max_kilobytes: StrictInt = Field(
        1024, ge=1, le=102_400, description="a longer value of text, json, bytea stops the task"
    )
    full_load_tables: StrictInt = Field(8, ge=1, le=49, description="tables loaded side by side")

    @field_validator("instance_class")
    @classmethod
    def _class_of_dms(cls, value: str) -> str:
        if not re.fullmatch(r"dms\.[a-z0-9]+\.[a-z0-9]+", value):
            raise fault(f"is {value!r}; an instance class of DMS is needed, such as dms.r5.large")
        return value


class TrafficSettings(Section):
    zone: HostName = Field(
        description="the private hosted zone of the records ro.<zone> and rw.<zone>"
    )
    workload: Literal["read-write", "read-only"] = Field(
        "read-write", description="what the clients do"
    )
    mode: Literal["split-reads", "single-record"] = Field(
        "split-reads", description="which record has weights"
    )

    @field_validator("mode")
    @classmethod
    def _never_split_writes(cls, value: str, info: ValidationInfo) -> str:
        if value == "single-record" and info.data.get("workload") == "read-write":
            raise fault(
                "is 'single-record' for a read-write workload; changes flow from source to target only, so every "
                "write that a weight sends to the target is lost to the source (split brain): use 'split-reads', or "
                'declare workload = "read-only" if nothing is ever written through this name'
            )
        return value


class CutoverSettings(Section):
    stages: Annotated[tuple[int, ...], BeforeValidator(check_stages)] = Field(
        (20, 50, 80, 100), description="percent of the reads on the target"
    )
    poll_seconds: StrictInt = Field(60, ge=1, le=3600, description="between two checks of a stage")
    bake_seconds: StrictInt = Field(
        900, ge=1, le=86_400, description="that a stage must stay healthy"
    )
    max_hold_seconds: StrictInt = Field(
        3600, ge=1, le=86_400, description="of holding before going back"
    )
    max_lag_seconds: StrictInt = Field(60, ge=1, le=3600, description="of replication lag")
    metric_max_age_seconds: StrictInt = Field(
        180, ge=120, le=3600, description="of the newest data point; DMS sends one a minute, late"
    )
    record_ttl_seconds: StrictInt = Field(
        5, ge=1, le=300, description="that a client may keep an answer"
    )
    write_record_moves: Literal["before-switch", "after-switch"] = Field(
        "before-switch", description="when the name of the writer changes"
    )
    switch_deadline_seconds: StrictInt = Field(
        10, ge=1, le=60, description="of the critical section, then abort"
    )
    lock_patience_milliseconds: StrictInt = Field(
        30, ge=0, le=10_000, description="before a blocker is ended"
    )
    max_transaction_seconds: StrictInt = Field(
        60, ge=1, le=86_400, description="age of a transaction in the way"
    )
    sequence_margin: StrictInt = Field(
        1000, ge=0, le=1_000_000_000, description="numbers left free"
    )

    @field_validator("bake_seconds")
    @classmethod
    def _at_least_one_check(cls, value: int, info: ValidationInfo) -> int:
        poll = info.data.get("poll_seconds")
        if poll is not None and value < poll:
            raise fault(
                f"is {value}, below poll_seconds {poll}: a stage would end unchecked; raise it or lower poll_seconds"
            )
        return value

    @field_validator("max_hold_seconds")
    @classmethod
    def _fits_the_history(cls, value: int, info: ValidationInfo) -> int:
        stages, poll, bake = (
            info.data.get(key) for key in ("stages", "poll_seconds", "bake_seconds")
        )
        if stages is None or poll is None or bake is None:
            return value
        longest = len(stages) * (bake + value) + value
        events = longest // poll * EVENTS_PER_POLL
        if events > HISTORY_EVENTS:
            raise fault(
                f"is {value}; with bake_seconds {bake} the longest cutover polls for {longest} s and writes about {events} events, and "
                f"Step Functions ends an execution at {HISTORY_EVENTS}: raise poll_seconds to at least {longest * EVENTS_PER_POLL // HISTORY_EVENTS + 1}"
            )
        return value

    @field_validator("lock_patience_milliseconds")
    @classmethod
    def _within_the_deadline(cls, value: int, info: ValidationInfo) -> int:
        deadline = info.data.get("switch_deadline_seconds")
        if deadline is not None and value >= deadline * 1000:
            raise fault(
                f"is {value}, not below switch_deadline_seconds {deadline}: the switch would always end by its deadline; lower it"
            )
        return value


class MonitoringSettings(Section):
    replication_lag_seconds: StrictInt = Field(60, ge=1, le=3600, description="alarm above this")
    cpu_percent: StrictInt = Field(
        80, ge=1, le=100, description="of any instance; alarm above this"
    )
    connections: StrictInt = Field(
        800, ge=1, le=10_000, description="of the cluster; alarm above this"
    )
    log_retention_days: Literal[30, 90, 180, 365] = Field(90, description="of every log group")


class NotificationSettings(Section):
    emails: tuple[Email, ...] = Field((), description="who is told")


class Settings(Section):
    """One environment. A section that has a default for each of its keys may be left out."""

    region: str | None = Field(None, description="the AWS region, unless AWS_REGION names another")
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
        network = info.data.get("network")
        if network is not None and ipaddress.ip_network(network.cidr).overlaps(
            ipaddress.ip_network(value.network)
        ):
            raise fault(
                f"has network {value.network}, which overlaps network.cidr {network.cidr}: no route can tell them apart; choose another cidr"
            )
        return value

    @field_validator("traffic")
    @classmethod
    def _no_circle(cls, value: TrafficSettings, info: ValidationInfo) -> TrafficSettings:
        source = info.data.get("source")
        if source is not None and (
            source.host == value.zone or source.host.endswith(f".{value.zone}")
        ):
            raise fault(
                f"has zone {value.zone}, which hides source.host {source.host} inside the VPC: a private zone answers for all names below it; choose another zone"
            )
        return value


def load(path: Path) -> Settings:
    """Reads and checks a settings file.

    Raises SettingsError with every fault of the file at once, one a line.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"{path}: can't be read ({error.strerror}); name a settings file with -c settings=PATH"
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
