"""One environment: all sections together, and how a file becomes them."""

from __future__ import annotations

import ipaddress
import tomllib
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field, ValidationError, ValidationInfo, field_validator

from migration_stacks.settings.cutover import CutoverSettings
from migration_stacks.settings.database import DatabaseSettings
from migration_stacks.settings.dms import DmsSettings
from migration_stacks.settings.faults import SettingsError, explain, fault
from migration_stacks.settings.monitoring import MonitoringSettings, NotificationSettings
from migration_stacks.settings.network import NetworkSettings
from migration_stacks.settings.replication import ReplicationSettings
from migration_stacks.settings.source import SourceSettings
from migration_stacks.settings.traffic import TrafficSettings
from migration_stacks.settings.types import Section

if TYPE_CHECKING:
    from pathlib import Path

FIRST_UNDERSTANDING: Final = 17
"""pg_restore of 17 and later begins with a parameter that older servers refuse
(cutover/adapters/postgres_programs.py)."""


class Settings(Section):
    """One environment. A section of which every key has a default may be left out."""

    region: str | None = Field(None, description="unless AWS_REGION names another")
    network: NetworkSettings
    source: SourceSettings
    database: DatabaseSettings = DatabaseSettings()
    dms: DmsSettings = DmsSettings()
    replication: ReplicationSettings = ReplicationSettings()
    traffic: TrafficSettings
    cutover: CutoverSettings = CutoverSettings()
    monitoring: MonitoringSettings = MonitoringSettings()
    notifications: NotificationSettings = NotificationSettings()

    @field_validator("source")
    @classmethod
    def _networks_apart(cls, value: SourceSettings, info: ValidationInfo) -> SourceSettings:
        network: NetworkSettings | None = info.data.get("network")
        if network and not network.inside_allowed(value.network):
            raise fault(
                f"has network {value.network}, which overlaps network.cidr {network.cidr}: no "
                "route can tell them apart; choose another cidr"
            )
        return value

    @field_validator("source")
    @classmethod
    def _where_it_says(cls, value: SourceSettings, info: ValidationInfo) -> SourceSettings:
        network: NetworkSettings | None = info.data.get("network")
        told = network and network.source_dns and network.source_dns.address
        if told and ipaddress.IPv4Address(told) not in ipaddress.IPv4Network(value.network):
            raise fault(
                f"has network {value.network}, and network.source_dns.address {told} is outside: "
                "nothing would be let through to it; correct either"
            )
        return value

    @field_validator("replication")
    @classmethod
    def _target_understands_the_programs(
        cls, value: ReplicationSettings, info: ValidationInfo
    ) -> ReplicationSettings:
        database: DatabaseSettings | None = info.data.get("database")
        major = int(database.engine_version.split(".")[0]) if database else FIRST_UNDERSTANDING
        if value.builds and database and major < FIRST_UNDERSTANDING:
            raise fault(
                f'has schema_copy "build", and database.engine_version is {database.engine_version}: '
                "the build has pg_restore 18, which no server before "
                f'{FIRST_UNDERSTANDING} understands; write schema_copy = "by-hand", or take a newer '
                "engine"
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

    @field_validator("monitoring")
    @classmethod
    def _alarm_can_end(cls, value: MonitoringSettings, info: ValidationInfo) -> MonitoringSettings:
        dms: DmsSettings | None = info.data.get("dms")
        if dms and value.dms_free_storage_gigabytes >= dms.storage_gigabytes:
            raise fault(
                f"has dms_free_storage_gigabytes {value.dms_free_storage_gigabytes}, and "
                f"dms.storage_gigabytes is {dms.storage_gigabytes}: the alarm would never end; "
                "stay below it"
            )
        return value

    @field_validator("monitoring")
    @classmethod
    def _silence_is_longer_than_the_checks_pause(
        cls, value: MonitoringSettings, info: ValidationInfo
    ) -> MonitoringSettings:
        cutover: CutoverSettings | None = info.data.get("cutover")
        if cutover and value.silence_minutes < 2 * cutover.readiness_minutes:
            raise fault(
                f"has silence_minutes {value.silence_minutes}, and cutover.readiness_minutes is "
                f"{cutover.readiness_minutes}: one check that fails would page somebody; the least "
                f"is {2 * cutover.readiness_minutes}: raise it"
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
            f"{path}: can't be read ({error.strerror}); name a settings file: -c settings=PATH"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: is not TOML ({error}); correct it there") from error
    return parse(document, origin=str(path), folder=path.parent)


def parse(document: dict[str, Any], *, origin: str, folder: Path | None = None) -> Settings:
    """Checks settings that were read from `origin`; files that they name are beside it, in
    `folder`. Raises SettingsError as `load` does."""
    try:
        return Settings.model_validate(document, context={"folder": folder or "."})
    except ValidationError as error:
        raise SettingsError(
            "\n".join(f"{origin}: {found}" for found in explain(error, Settings))
        ) from error
