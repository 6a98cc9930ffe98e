"""The settings of one environment: a TOML file, typed and checked before any synthesis."""

from migration_stacks.settings.cutover import CutoverSettings
from migration_stacks.settings.database import DatabaseSettings
from migration_stacks.settings.dms import DmsSettings
from migration_stacks.settings.environment import Settings, load, parse
from migration_stacks.settings.faults import SettingsError
from migration_stacks.settings.monitoring import MonitoringSettings, NotificationSettings
from migration_stacks.settings.network import ZONES, NetworkSettings
from migration_stacks.settings.replication import ReplicationSettings
from migration_stacks.settings.source import SourceSettings
from migration_stacks.settings.traffic import TrafficSettings

__all__ = [
    "ZONES",
    "CutoverSettings",
    "DatabaseSettings",
    "DmsSettings",
    "MonitoringSettings",
    "NetworkSettings",
    "NotificationSettings",
    "ReplicationSettings",
    "Settings",
    "SettingsError",
    "SourceSettings",
    "TrafficSettings",
    "load",
    "parse",
]
