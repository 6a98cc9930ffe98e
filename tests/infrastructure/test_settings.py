"""A wrong setting is told before anything is synthesized: all of them at once, a line each."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from migration_stacks import settings
from migration_stacks.settings.faults import SettingsError
from tests.infrastructure.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLE = ROOT / "settings" / "example.toml"


@pytest.fixture
def document() -> dict[str, Any]:
    return tomllib.loads(EXAMPLE.read_text())


def faults(document: dict[str, Any]) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        settings.parse(document, origin="x.toml")
    return str(refused.value).splitlines()


def only_fault(document: dict[str, Any]) -> str:
    (fault,) = faults(document)
    return fault


def test_the_example_shows_every_key_and_is_what_the_defaults_say() -> None:
    given = settings.load(EXAMPLE)
    shown = tomllib.loads(EXAMPLE.read_text())
    assert {key: set(value) for key, value in shown.items() if isinstance(value, dict)} == {
        key: set(section)
        for key, section in given.model_dump().items()
        if isinstance(section, dict)
    }
    required = {"network", "source", "traffic"}
    least = settings.parse({key: shown[key] for key in required}, origin="least")
    for section in ("database", "dms", "cutover", "monitoring"):
        assert getattr(given, section) == getattr(least, section), section


def test_settings_do_not_change_after_they_were_checked() -> None:
    given = settings.load(EXAMPLE)
    with pytest.raises(ValueError, match="frozen"):
        given.cutover.poll_seconds = 1  # type: ignore[misc]


def test_every_fault_is_told_at_once_with_its_key(document: dict[str, Any]) -> None:
    document["source"]["port"] = "5432"
    document["network"]["availability_zones"] = ["a", "a", "b"]
    document["dms"]["multi_az"] = "yes"
    document["cutover"]["stages"] = [20, 300, 10]
    document["cutover"]["bake_seconds"] = 5
    document["notifications"]["emails"] = ["ok@example.com", "nobody"]
    del document["traffic"]["zone"]
    told = faults(document)
    keys = [line.split(": ")[1] for line in told]
    assert keys == [
        "network.availability_zones",
        "source.port",
        "dms.multi_az",
        "traffic.zone",
        "cutover.stages[1]",
        "cutover.stages",
        "cutover.stages",
        "cutover.bake_seconds",
        "notifications.emails[1]",
    ]
    assert all(line.startswith("x.toml: ") for line in told)


def test_an_unknown_key_is_a_fault_and_the_near_one_is_proposed(document: dict[str, Any]) -> None:
    document["cutover"]["pol_seconds"] = 60
    line = only_fault(document)
    assert line.startswith("x.toml: cutover.pol_seconds: is not a setting")
    assert line.endswith("did you mean poll_seconds?")


def test_an_unknown_section_is_a_fault(document: dict[str, Any]) -> None:
    document["databse"] = {}
    assert "did you mean database?" in only_fault(document)


@pytest.mark.parametrize(
    ("stages", "key", "said"),
    [
        ([20, 256, 100], "cutover.stages[1]", "over 255, Route 53's limit"),
        ([20, 101], "cutover.stages[1]", "use 1 to 100"),
        ([0, 100], "cutover.stages[0]", "use 1 to 100"),
        ([20, 20, 100], "cutover.stages", "goes from 20 to 20"),
        ([50, 20, 100], "cutover.stages", "goes from 50 to 20"),
        ([20, 50, 80], "cutover.stages", "ends at 80"),
        ([], "cutover.stages", "at least one stage"),
        ("20,100", "cutover.stages", "at least one stage"),
        ([20.5, 100], "cutover.stages[0]", "whole number"),
        ([True, 100], "cutover.stages[0]", "whole number"),
    ],
)
def test_stages_rise_to_100_in_weights_that_route_53_takes(
    document: dict[str, Any], stages: object, key: str, said: str
) -> None:
    document["cutover"]["stages"] = stages
    lines = faults(document)
    assert any(line.startswith(f"x.toml: {key}: ") and said in line for line in lines), lines


def test_one_record_for_reads_and_writes_is_refused_with_the_reason(
    document: dict[str, Any],
) -> None:
    document["traffic"]["mode"] = "single-record"
    line = only_fault(document)
    assert line.startswith("x.toml: traffic.mode: ")
    assert "never reaches the source (split brain)" in line
    assert 'workload = "read-only"' in line


def test_one_record_is_accepted_where_nothing_is_written(document: dict[str, Any]) -> None:
    document["traffic"] |= {"mode": "single-record", "workload": "read-only"}
    assert settings.parse(document, origin="x.toml").traffic.mode == "single-record"


@pytest.mark.parametrize(
    ("section", "key", "value", "said"),
    [
        ("network", "cidr", "10.0.0.0/8", "/16"),
        ("source", "network", "10.60.1.0/24", "overlaps"),
        ("network", "cidr", "10.60.0.1/16", "no IPv4 network"),
        ("network", "availability_zones", ["a", "b"], "need 3"),
        ("network", "availability_zones", ["a", "b", "C"], "is written as"),
        ("source", "host", "10.20.0.5", "CNAMEs"),
        ("source", "host", "localhost", "full name"),
        ("traffic", "zone", "corp.example.com", "would not be found"),
        ("source", "port", 0, "the least is 1"),
        ("source", "port", 65_536, "the most is 65535"),
        ("source", "schemas", [], "nothing to move"),
        ("source", "schemas", ["public", "cutover"], "are not moved"),
        ("source", "schemas", ["pg_catalog"], "are not moved"),
        ("source", "schemas", ["a", "a"], "twice"),
        ("source", "schemas", ["a-b"], "63 letters"),
        ("database", "engine_version", "17.11", "'16.13' or '17.9'"),
        ("database", "min_capacity", 0, "the least is 0.5"),
        ("database", "max_capacity", 1.3, "multiples of 0.5"),
        ("database", "min_capacity", 4, "below min_capacity 4"),
        ("database", "backup_days", 2, "72 hours"),
        ("database", "deletion_protection", "no", "true or false"),
        ("source", "exclude_tables", ["audit_log"], "schema.table"),
        ("source", "exclude_tables", ["app.audit_log"], "not among schemas"),
        ("source", "exclude_tables", ["public.a", "public.a"], "stands there already"),
        ("source", "exclude_tables", ["public.a-b"], "63 letters"),
        ("source", "generated_columns", ["public.orders"], "schema.table.column"),
        ("source", "generated_columns", ["app.orders.total"], "not among schemas"),
        ("source", "ssl_mode", "verify-full", "ca_certificate is empty"),
        ("source", "ssl_mode", "none", "'require', 'verify-ca' or 'verify-full'"),
        ("source", "ca_certificate", "nowhere.pem", "can't be read"),
        ("source", "cutover_user", "migration_replication", "choose another name"),
        ("source", "replication_user", "pg_dms", "choose another name"),
        ("database", "cutover_user", "migration_replication", "as replication_user is"),
        ("database", "application_user", "migration_admin", "as administrator is"),
        ("database", "administrator", "rdsadmin", "choose another name"),
        ("database", "administrator", "admin", "RDS reserves"),
        ("database", "full_load_max_capacity", 1, "below max_capacity 2"),
        ("database", "full_load_max_capacity", 512, "the most is 256"),
        ("database", "full_load", 1, "true or false"),
        ("database", "insights", "none", "'standard' or 'advanced'"),
        ("database", "ca_certificate", "rds-ca-2019", "rds-ca-rsa2048-g1"),
        ("database", "snapshot_days", 0, "the least is 1"),
        ("dms", "target_ca_certificate", "nowhere.pem", "can't be read"),
        ("dms", "lob_max_kilobytes", 102_401, "the most is 102400"),
        ("dms", "instance_class", "r5.large", "dms.r5.large"),
        ("dms", "engine_version", "3.5.4", "'3.6.1'"),
        ("dms", "full_load_tables", 50, "the most is 49"),
        ("traffic", "zone", "db migration", "full name"),
        ("cutover", "bake_seconds", 30, "below poll_seconds 60"),
        ("cutover", "poll_seconds", 1, "ends an execution at 25000"),
        ("cutover", "metric_max_age_seconds", 60, "DMS sends one a minute"),
        ("cutover", "lock_patience_milliseconds", 10_000, "switch_deadline_seconds"),
        ("cutover", "switch_deadline_seconds", 61, "the most is 60"),
        ("cutover", "write_record_moves", "never", "before-switch"),
        ("monitoring", "log_retention_days", 7, "30, 90, 180 or 365"),
        ("monitoring", "cpu_percent", 100, "the most is 99"),
    ],
)
def test_what_can_not_work_is_refused_with_its_limit(
    document: dict[str, Any], section: str, key: str, value: object, said: str
) -> None:
    document[section][key] = value
    line = only_fault(document)
    assert said in line
    assert line.startswith(f"x.toml: {section}")


def test_a_small_most_is_warned_of_with_the_way_out(document: dict[str, Any]) -> None:
    (warning,) = settings.parse(document, origin="x.toml").database.warnings()
    assert warning.startswith("database.max_capacity: is 2 ACU")
    assert "full_load = true" in warning
    for larger in ({"max_capacity": 8}, {"full_load": True}):
        document["database"] |= larger
        assert settings.parse(document, origin="x.toml").database.warnings() == []
        document["database"] |= {"max_capacity": 2, "full_load": False}


PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


def test_a_certificate_is_looked_for_beside_the_settings_file(tmp_path: Path) -> None:
    (tmp_path / "authority.pem").write_text(PEM)
    text = EXAMPLE.read_text().replace('ca_certificate = ""', 'ca_certificate = "authority.pem"')
    text = text.replace('ssl_mode = "require"', 'ssl_mode = "verify-full"')
    (tmp_path / "x.toml").write_text(text)
    given = settings.load(tmp_path / "x.toml")
    assert given.source.ca_certificate == given.dms.target_ca_certificate == PEM


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"hello", "holds no certificate"),
        (b"\xff\xfe", "it is no text"),
        (PEM.encode() + b"-----BEGIN PRIVATE KEY-----\n", "for all to read"),
    ],
)
def test_a_file_that_is_no_certificate_is_refused(
    document: dict[str, Any], tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "a.pem").write_bytes(content)
    document["source"] |= {"ca_certificate": str(tmp_path / "a.pem"), "ssl_mode": "verify-ca"}
    assert said in only_fault(document)


def test_a_certificate_that_nothing_would_be_checked_by_is_refused(
    document: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "a.pem").write_text(PEM)
    document["source"]["ca_certificate"] = str(tmp_path / "a.pem")
    line = only_fault(document)
    assert line.startswith("x.toml: source.ssl_mode: is 'require', which checks nothing")


def test_a_file_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml: can't be read"):
        settings.load(tmp_path / "nowhere.toml")


@pytest.mark.parametrize("content", [b"[network", b"\xff\xfe"])
def test_a_file_that_is_not_toml_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"broken\.toml: is not TOML"):
        settings.load(path)
