"""Wrong input: one message that names key, value, limit and remedy, before anything is made."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING, Any, get_args

import pytest
from pydantic import BaseModel

from migration_stacks import place, settings
from migration_stacks.settings.faults import SettingsError
from tests.infrastructure.environments import FILES, ROOT
from tests.infrastructure.messages import missing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXAMPLE = FILES["example"].read_text()


def refused(document: dict[str, Any]) -> list[str]:
    with pytest.raises(SettingsError) as error:
        settings.parse(document, origin="x.toml")
    return str(error.value).splitlines()


@pytest.mark.parametrize(
    ("change", "key", "value"),
    [
        # each section's own limits
        ({"network": {"cidr": "10.0.0.0/8"}}, "network.cidr", 8),
        ({"network": {"cidr": "10.60.0.0/25"}}, "network.cidr", 25),
        ({"network": {"cidr": "10.60.0.1/16"}}, "network.cidr", "10.60.0.1/16"),
        ({"network": {"cidr": "fd00::/16"}}, "network.cidr", "fd00::/16"),
        ({"network": {"availability_zones": ["a"]}}, "network.availability_zones", ["a"]),
        ({"network": {"availability_zones": ["a", "b", "1"]}}, "network.availability_zones", "1"),
        ({"network": {"client_networks": ["any"]}}, "network.client_networks[0]", "any"),
        ({"source": {"host": "10.20.0.5"}}, "source.host", "10.20.0.5"),
        ({"source": {"host": "db.example.com:5432"}}, "source.host", "db.example.com:5432"),
        ({"source": {"host": "DB.example.com"}}, "source.host", "DB.example.com"),
        ({"source": {"port": 0}}, "source.port", 0),
        ({"source": {"port": "5432"}}, "source.port", "5432"),
        ({"source": {"port": 5432.0}}, "source.port", 5432.0),
        ({"source": {"database": "my-db"}}, "source.database", "my-db"),
        ({"source": {"database": "d" * 64}}, "source.database", "d" * 64),
        ({"source": {"schemas": []}}, "source.schemas", []),
        ({"source": {"schemas": ["pg_toast"]}}, "source.schemas", "pg_toast"),
        ({"source": {"schemas": ["a", "a"]}}, "source.schemas", ["a", "a"]),
        ({"source": {"schemas": "public"}}, "source.schemas", "public"),
        ({"database": {"engine_version": "17.11"}}, "database.engine_version", "17.11"),
        ({"database": {"min_capacity": 0}}, "database.min_capacity", 0),
        ({"database": {"max_capacity": 1.3}}, "database.max_capacity", 1.3),
        ({"database": {"max_capacity": float("inf")}}, "database.max_capacity", "inf"),
        ({"database": {"max_capacity": float("nan")}}, "database.max_capacity", "nan"),
        ({"database": {"backup_days": 2}}, "database.backup_days", 2),
        ({"database": {"deletion_protection": "no"}}, "database.deletion_protection", "no"),
        ({"dms": {"instance_class": "r5.large"}}, "dms.instance_class", "r5.large"),
        ({"dms": {"engine_version": "3.5.4"}}, "dms.engine_version", "3.5.4"),
        ({"dms": {"full_load_tables": 50}}, "dms.full_load_tables", 50),
        ({"dms": {"multi_az": 1}}, "dms.multi_az", 1),
        ({"traffic": {"zone": "internal"}}, "traffic.zone", "internal"),
        ({"cutover": {"stages": [20, 256, 100]}}, "cutover.stages[1]", 256),
        ({"cutover": {"stages": [20, 50, 300]}}, "cutover.stages[2]", 300),
        ({"cutover": {"stages": [50, 20, 100]}}, "cutover.stages", 20),
        ({"cutover": {"stages": [20, 50, 80]}}, "cutover.stages", 80),
        ({"cutover": {"stages": []}}, "cutover.stages", []),
        ({"cutover": {"record_ttl_seconds": 3600}}, "cutover.record_ttl_seconds", 3600),
        ({"cutover": {"write_record_moves": "never"}}, "cutover.write_record_moves", "never"),
        ({"monitoring": {"log_retention_days": 7}}, "monitoring.log_retention_days", 7),
        ({"monitoring": {"cpu_percent": 100}}, "monitoring.cpu_percent", 100),
        ({"notifications": {"emails": ["nobody"]}}, "notifications.emails[0]", "nobody"),
        # two settings that each could be, and together not
        ({"source": {"network": "10.60.1.0/24"}}, "source", "10.60.1.0/24"),
        ({"traffic": {"zone": "corp.example.com"}}, "traffic", "corp.example.com"),
        ({"traffic": {"mode": "single-record"}}, "traffic.mode", "single-record"),
        ({"database": {"min_capacity": 4}}, "database.max_capacity", 2),
        ({"cutover": {"bake_seconds": 30}}, "cutover.bake_seconds", 30),
        ({"cutover": {"poll_seconds": 1}}, "cutover.max_hold_seconds", 3600),
        (
            {"cutover": {"switch_deadline_seconds": 1, "lock_patience_milliseconds": 1000}},
            "cutover.lock_patience_milliseconds",
            1000,
        ),
        # a key or a section that is none, at each level
        ({"regoin": "us-east-1"}, "regoin", ...),
        ({"databse": {}}, "databse", ...),
        ({"cutover": {"pol_seconds": 60}}, "cutover.pol_seconds", ...),
        ({"source": {"password": "secret"}}, "source.password", ...),
        ({"database": {"tags": {"a": "b"}}}, "database.tags", ...),
        # a section that is none
        ({"dms": "large"}, "dms", "large"),
        ({"cutover": [20, 100]}, "cutover", [20, 100]),
        ({"region": 1}, "region", 1),
    ],
)
def test_each_has_one_message_with_key_value_limit_and_remedy(
    change: dict[str, Any], key: str, value: object
) -> None:
    document = tomllib.loads(EXAMPLE)
    for section, content in change.items():
        if isinstance(content, dict) and section in document:
            document[section] |= content
        else:
            document[section] = content
    (line,) = refused(document)
    assert not missing(line, origin="x.toml", key=key, value=value), line


def leaves(model: type[BaseModel], at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        yield (*at, name)
        for part in (field.annotation, *get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from leaves(part, (*at, name))


LEAVES = list(leaves(settings.Settings))

NONSENSE: list[object] = [
    "",
    "a\nb",
    "x" * 500,
    -1,
    0,
    10**15,
    2.5,
    float("inf"),
    float("nan"),
    True,
    datetime.date(2026, 1, 1),
    datetime.time(1, 2),
    [],
    [None],
    ["a", "a"],
    [-1, "x\ny"],
    [[1]],
    {},
    {"a": {"b": 1}},
]
"""Everything that TOML has, and some values that are wrong nearly everywhere."""


@pytest.mark.parametrize("where", LEAVES, ids=".".join)
def test_whatever_a_key_is_given_is_taken_or_refused_with_a_whole_message(
    where: tuple[str, ...],
) -> None:
    for value in NONSENSE:
        document: dict[str, Any] = tomllib.loads(FILES["full"].read_text())
        *sections, key = where
        section = document
        for name in sections:
            section = section.setdefault(name, {})
        section[key] = value
        try:
            settings.parse(document, origin="x.toml")
        except SettingsError as error:
            for line in str(error).splitlines():
                assert not missing(line, origin="x.toml", key=""), line


@pytest.mark.parametrize("left_out", LEAVES, ids=".".join)
def test_what_is_left_out_has_a_default_or_a_message(left_out: tuple[str, ...]) -> None:
    document: dict[str, Any] = tomllib.loads(EXAMPLE)
    *sections, key = left_out
    section = document
    for name in sections:
        section = section.get(name, {})
    section.pop(key, None)
    try:
        settings.parse(document, origin="x.toml")
    except SettingsError as error:
        (line,) = str(error).splitlines()
        assert not missing(line, origin="x.toml", key=".".join(left_out)), line


@pytest.mark.parametrize(
    ("context", "environment", "key", "value"),
    [
        ({}, {"ENVIRONMENT_SUFFIX": "Prod_1"}, "ENVIRONMENT_SUFFIX", "Prod_1"),
        ({}, {"ENVIRONMENT_SUFFIX": "a" * 21}, "ENVIRONMENT_SUFFIX", "a" * 21),
        ({"environmentSuffix": "-x"}, {}, "ENVIRONMENT_SUFFIX", "-x"),
        ({"environmentSuffix": "a"}, {"ENVIRONMENT_SUFFIX": "b"}, "ENVIRONMENT_SUFFIX", "b"),
        ({}, {"AWS_REGION": "Virginia"}, "region", "Virginia"),
        ({}, {"AWS_REGION": "us-east-1a"}, "region", "us-east-1a"),
    ],
)
def test_a_wrong_place_has_one_message(
    example: settings.Settings,
    context: dict[str, object],
    environment: dict[str, str],
    key: str,
    value: str,
) -> None:
    with pytest.raises(SettingsError) as error:
        place.choose(settings=example, context=context, environment=environment)
    assert not missing(str(error.value), origin="", key=key, value=value), str(error.value)


WATCHED = """
import runpy, sys
try:
    runpy.run_path(sys.argv[1], run_name="__main__")
except SystemExit as end:
    print(sorted({"aws_cdk", "jsii", "constructs"} & set(sys.modules)))
    sys.exit(end.code)
"""
"""The app as Python runs it, and afterwards what it has imported of the CDK."""


@pytest.mark.parametrize(
    ("text", "environment", "said"),
    [
        (EXAMPLE.replace("multi_az = false", 'multi_az = "no"'), {}, "dms.multi_az: is 'no'"),
        (EXAMPLE.replace("[dms]", "[dms"), {}, "is not TOML"),
        (EXAMPLE + "\n[dms]\n", {}, "is not TOML"),
        (EXAMPLE, {"ENVIRONMENT_SUFFIX": "Prod"}, "ENVIRONMENT_SUFFIX: is 'Prod'"),
        (EXAMPLE, {"AWS_REGION": "mars"}, "region: is 'mars'"),
        (EXAMPLE.replace('region = "us-east-1"', ""), {}, "region: is given nowhere"),
        (None, {}, "can't be read"),
    ],
)
def test_the_app_ends_with_2_and_the_message_alone_before_the_cdk_starts(
    tmp_path: Path, text: str | None, environment: dict[str, str], said: str
) -> None:
    file = tmp_path / "wrong.toml"
    if text is not None:
        file.write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(ROOT / "app.py")],
        cwd=tmp_path,
        # No PATH: Node would not be found either.
        env={
            "CDK_CONTEXT_JSON": json.dumps({"settings": str(file)}),
            "PYTHONPATH": str(ROOT),
            **({"SYSTEMROOT": os.environ["SYSTEMROOT"]} if "SYSTEMROOT" in os.environ else {}),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "[]\n"), done.stderr
    (line,) = done.stderr.splitlines()
    assert said in line
    assert not (tmp_path / "cdk.out").exists()
