"""Where a deployment goes, and what is refused about it."""

from __future__ import annotations

import pytest

from migration_stacks import place, settings
from migration_stacks.settings.faults import SettingsError


def choose(
    given: settings.Settings,
    context: dict[str, object] | None = None,
    **environment: str,
) -> place.Place:
    return place.choose(settings=given, context=context or {}, environment=environment)


def test_the_suffix_is_dev_unless_told(example: settings.Settings) -> None:
    assert choose(example).names.suffix == "dev"
    assert choose(example, ENVIRONMENT_SUFFIX="pr-12").names.suffix == "pr-12"
    assert choose(example, {"environmentSuffix": "blue"}).names.suffix == "blue"


def test_two_different_suffixes_are_refused(example: settings.Settings) -> None:
    with pytest.raises(SettingsError, match=r"'prod'.*'dev'"):
        choose(example, {"environmentSuffix": "dev"}, ENVIRONMENT_SUFFIX="prod")


@pytest.mark.parametrize("suffix", ["Dev", "a_b", "-a", "a-", "a--b", "a" * 21, "a b"])
def test_a_suffix_that_some_name_would_refuse_is_refused(
    example: settings.Settings, suffix: str
) -> None:
    with pytest.raises(SettingsError, match="ENVIRONMENT_SUFFIX"):
        choose(example, ENVIRONMENT_SUFFIX=suffix)


def test_the_region_follows_the_environment_and_the_zones_the_region(
    example: settings.Settings,
) -> None:
    assert choose(example).region == "us-east-1"
    there = choose(example, AWS_REGION="eu-west-1")
    assert there.region == "eu-west-1"
    assert there.availability_zones == ("eu-west-1a", "eu-west-1b", "eu-west-1c")


def test_a_written_region_goes_before_the_guess_of_the_cli(example: settings.Settings) -> None:
    assert choose(example, CDK_DEFAULT_REGION="ap-south-1").region == "us-east-1"
    silent = example.model_copy(update={"region": None})
    assert choose(silent, CDK_DEFAULT_REGION="ap-south-1").region == "ap-south-1"
    with pytest.raises(SettingsError, match="given nowhere"):
        choose(silent)


def test_zones_of_another_region_are_refused(example: settings.Settings) -> None:
    zones = ("us-east-1a", "us-east-1b", "us-east-1c")
    network = example.network.model_copy(update={"availability_zones": zones})
    named = example.model_copy(update={"network": network})
    assert choose(named).availability_zones == zones
    with pytest.raises(SettingsError, match="outside the region eu-west-1"):
        choose(named, AWS_REGION="eu-west-1")
