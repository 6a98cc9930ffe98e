"""Where a deployment goes: suffix, region and settings file, as the command was told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from migration_stacks.names import Names
from migration_stacks.settings.faults import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migration_stacks.settings import Settings

ROOT: Final = Path(__file__).resolve().parent.parent
DEFAULT_SETTINGS: Final = "settings/example.toml"
DEFAULT_SUFFIX: Final = "dev"

_SUFFIX: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SUFFIX_LIMIT: Final = 20
_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")


@dataclass(frozen=True)
class Place:
    """One environment in one region."""

    names: Names
    region: str
    availability_zones: tuple[str, ...]


def settings_path(context: Mapping[str, object]) -> Path:
    """The file named by the context key `settings`, else the example; a relative path is looked
    for from where the command runs, then from the repository."""
    named = Path(str(context.get("settings") or DEFAULT_SETTINGS))
    return named if named.is_absolute() or named.exists() else ROOT / named


def choose(
    *, settings: Settings, context: Mapping[str, object], environment: Mapping[str, str]
) -> Place:
    """Raises SettingsError when suffix, region or zones can't be used."""
    region = _region(settings, environment)
    return Place(
        names=Names(_suffix(context, environment)),
        region=region,
        availability_zones=_zones(settings.network.availability_zones, region),
    )


def _suffix(context: Mapping[str, object], environment: Mapping[str, str]) -> str:
    by_environment = environment.get("ENVIRONMENT_SUFFIX")
    by_context = context.get("environmentSuffix")
    if by_environment and by_context and by_environment != str(by_context):
        # Whichever was preferred, somebody would some day deploy into the other's environment.
        raise SettingsError(
            f"ENVIRONMENT_SUFFIX: is {by_environment!r}, and the context's environmentSuffix is "
            f"{by_context!r}; there can be one: unset either"
        )
    suffix = str(by_environment or by_context or DEFAULT_SUFFIX)
    if not _SUFFIX.fullmatch(suffix) or len(suffix) > _SUFFIX_LIMIT:
        raise SettingsError(
            f"ENVIRONMENT_SUFFIX: is {suffix!r}; it is part of every name, and those allow at "
            f"most {_SUFFIX_LIMIT} lower-case letters, digits and single hyphens between them: "
            "choose another, such as dev"
        )
    return suffix


def _region(settings: Settings, environment: Mapping[str, str]) -> str:
    # The CDK CLI fills CDK_DEFAULT_REGION with us-east-1 where it knows nothing better, so a
    # region that a person wrote down goes first.
    region = (
        environment.get("AWS_REGION") or settings.region or environment.get("CDK_DEFAULT_REGION")
    )
    if not region:
        raise SettingsError("region: is given nowhere; set AWS_REGION, or region in the settings")
    if not _REGION.fullmatch(region):
        raise SettingsError(f"region: is {region!r}, which is no region; write it as us-east-1")
    return region


def _zones(given: tuple[str, ...], region: str) -> tuple[str, ...]:
    zones = tuple(region + zone if len(zone) == 1 else zone for zone in given)
    if foreign := [zone for zone in zones if zone[:-1] != region]:
        raise SettingsError(
            f"network.availability_zones: has {', '.join(foreign)}, outside the region {region}; "
            "write letters, which fit every region, or zones of this one"
        )
    if len(set(zones)) != len(zones):
        raise SettingsError(
            "network.availability_zones: names a zone twice, as a letter and in full; name three "
            "different ones"
        )
    return zones
