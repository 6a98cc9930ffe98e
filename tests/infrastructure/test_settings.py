"""A wrong setting is told before anything is synthesized: all of them at once, a line each."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from migration_stacks import settings
from migration_stacks.settings.faults import SettingsError
from tests.infrastructure.conftest import ROOT
from tests.infrastructure.messages import missing

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


def commented_out() -> dict[str, dict[str, Any]]:
    """What the example shows without setting it: the sections that may be left out, by section."""
    lines = EXAMPLE.read_text().splitlines()
    shown = [line[2:] for line in lines if re.match(r"# (\[[a-z_.]+\]$|[a-z_]+ = )", line)]
    return tomllib.loads("\n".join(shown))


def test_the_example_shows_every_key_and_is_what_the_defaults_say() -> None:
    given = settings.load(EXAMPLE)
    shown = tomllib.loads(EXAMPLE.read_text())
    optional = commented_out()
    assert {
        key: {*value, *optional.get(key, {})}
        for key, value in shown.items()
        if isinstance(value, dict)
    } == {
        key: set(section)
        for key, section in given.model_dump().items()
        if isinstance(section, dict)
    }
    required = {"network", "source", "traffic"}
    least = settings.parse({key: shown[key] for key in required}, origin="least")
    for section in ("database", "dms", "cutover", "monitoring"):
        assert getattr(given, section) == getattr(least, section), section


@pytest.mark.parametrize("name", ["existing_vpc", "vpn", "transit_gateway", "source_dns"])
def test_a_section_that_may_be_left_out_is_shown_whole_and_works_as_shown(
    document: dict[str, Any], name: str
) -> None:
    shown = commented_out()["network"][name]
    alone = [{key: shown[key]} for key in shown] if name == "source_dns" else [shown]
    document["network"]["gateway_prefix_lists"] = ["pl-63a5400a", "pl-02cd2c6b"]
    for variant in alone:
        document["network"][name] = variant
        given = getattr(settings.parse(document, origin="x.toml").network, name)
        assert set(shown) == set(given.model_dump())


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
    ("value", "said"),
    [
        ("switch", "cutover.approve_before: is 'switch'; write a list"),
        ([True], "cutover.approve_before[0]: is True; name a stage by its percentage"),
        (["80"], "cutover.approve_before[0]: is '80'; name a stage"),
        (
            ["switch", 80, "switch"],
            "cutover.approve_before[2]: is 'switch', which is there already",
        ),
        ([30], "cutover.approve_before: has 30, and the stages are [20, 50, 80, 100]"),
    ],
)
def test_a_question_is_about_a_stage_or_the_switch(
    document: dict[str, Any], value: Any, said: str
) -> None:
    document["cutover"]["approve_before"] = value
    assert said in only_fault(document)


def test_questions_end_before_their_execution_does(document: dict[str, Any]) -> None:
    document["cutover"] |= {"approve_before": [80, 100, "switch"], "approval_hours": 48}
    assert settings.parse(document, origin="x.toml").cutover.approve_before == (80, 100, "switch")
    document["cutover"]["approval_hours"] = 49
    assert "cutover.approval_hours: is 49, for 3 questions; together they may wait 144 h" in (
        only_fault(document)
    )
    document["cutover"] |= {"approve_before": [], "approval_hours": 73}
    assert "cutover.approval_hours" in only_fault(document)


@pytest.mark.parametrize("days", [-1, 36_501, True, "30"])
def test_a_lock_has_the_days_that_s3_takes(document: dict[str, Any], days: Any) -> None:
    document["cutover"]["certificate_lock_days"] = days
    assert "cutover.certificate_lock_days" in only_fault(document)


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
        ([20.5, 100], "cutover.stages[0]", "write 1 to 100"),
        ([True, 100], "cutover.stages[0]", "write 1 to 100"),
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
        ("network", "availability_zones", ["a", "b", "C"], "has C; a zone is a letter"),
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
        ("replication", "schema_copy", "auto", "'build' or 'by-hand'"),
        ("replication", "schema_jobs", 0, "the least is 1"),
        ("replication", "schema_roles", ["shop"], "two names of roles"),
        ("replication", "schema_roles", ["a=b", "a=c"], "has a name on the target already"),
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
        ("monitoring", "silence_minutes", 32, "only multiples of 5"),
        ("monitoring", "silence_minutes", 5, "twice the checks' interval"),
        ("monitoring", "capacity_percent", 100, "the most is 99"),
        ("monitoring", "replica_lag_milliseconds", 1, "the least is 10"),
        ("monitoring", "dms_free_storage_gigabytes", 100, "the alarm would never end"),
        ("monitoring", "runbook_url", "https://wiki.example.com/a#alarms", "without #"),
        ("monitoring", "runbook_url", "our wiki", "an https address or a path"),
    ],
)
def test_what_can_not_work_is_refused_with_its_limit(
    document: dict[str, Any], section: str, key: str, value: object, said: str
) -> None:
    document[section][key] = value
    line = only_fault(document)
    assert said in line
    assert line.startswith(f"x.toml: {section}")
    assert not missing(line, origin="x.toml", key=section), line


def test_one_check_that_fails_pages_nobody(document: dict[str, Any]) -> None:
    document["cutover"]["readiness_minutes"] = 20
    line = only_fault(document)
    assert line.startswith("x.toml: monitoring: has silence_minutes 30")
    assert line.endswith("the least is 40: raise it")


EXISTING_VPC = {
    "id": "vpc-0123456789abcdef0",
    "subnet_ids": [f"subnet-0123456789abcdef{number}" for number in range(3)],
    "route_table_ids": ["rtb-01234567"],
}
VPN = {"customer_gateway": "203.0.113.12"}
TRANSIT_GATEWAY = {"id": "tgw-0123456789abcdef0"}
PREFIX_LISTS = ["pl-63a5400a", "pl-02cd2c6b"]


@pytest.mark.parametrize(
    ("network", "key", "said"),
    [
        ({"vpn": VPN, "transit_gateway": TRANSIT_GATEWAY}, "", "has vpn and transit_gateway"),
        ({"existing_vpc": EXISTING_VPC, "vpn": VPN}, "", "keep one"),
        ({"existing_vpc": EXISTING_VPC}, ".gateway_prefix_lists", "describe-managed-prefix-lists"),
        ({"gateway_prefix_lists": PREFIX_LISTS[:1]}, ".gateway_prefix_lists", "name both, or none"),
        (
            {"gateway_prefix_lists": ["s3", "pl-63a5400a"]},
            ".gateway_prefix_lists[0]",
            "8 or 17 digits",
        ),
        ({"cidr": "10.60.0.0/25"}, ".cidr", "a /24 at least"),
        ({"cidr": "10.60.0.0/29"}, ".cidr", "/16 to /28"),
        ({"client_networks": ["10.60.4.0/24"]}, ".client_networks[0]", "overlaps network.cidr"),
        (
            {"client_networks": [], "resolver_inbound_endpoint": True},
            ".resolver_inbound_endpoint",
            "nobody could ask",
        ),
        ({"existing_vpc": EXISTING_VPC | {"id": "my-vpc"}}, ".existing_vpc.id", "not the name"),
        (
            {"existing_vpc": EXISTING_VPC | {"subnet_ids": EXISTING_VPC["subnet_ids"][:2]}},
            ".existing_vpc.subnet_ids",
            "name 3 different ones",
        ),
        (
            {"existing_vpc": EXISTING_VPC | {"subnet_ids": ["subnet-01234567"] * 3}},
            ".existing_vpc.subnet_ids",
            "names 1 subnets",
        ),
        (
            {"existing_vpc": EXISTING_VPC | {"route_table_ids": ["rtb-01234567"] * 2}},
            ".existing_vpc.route_table_ids",
            "name the one",
        ),
        (
            {"existing_vpc": EXISTING_VPC | {"secrets_manager_endpoint": "vpce-01234567"}},
            ".existing_vpc.secrets_manager_endpoint",
            "one of the two",
        ),
        (
            {"existing_vpc": EXISTING_VPC | {"gateway_endpoints": ["sqs"]}},
            ".existing_vpc.gateway_endpoints[0]",
            "'s3' or 'dynamodb'",
        ),
        (
            {"existing_vpc": EXISTING_VPC | {"subnet_idz": []}},
            ".existing_vpc.subnet_idz",
            "did you mean subnet_ids?",
        ),
        ({"vpn": {}}, ".vpn.customer_gateway", "the public address of the device"),
        (
            {"vpn": {"customer_gateway": "192.168.1.1"}},
            ".vpn.customer_gateway",
            "over the internet",
        ),
        (
            {"vpn": {"customer_gateway": "vpn.example.com"}},
            ".vpn.customer_gateway",
            "no IPv4 address",
        ),
        ({"vpn": VPN | {"routing": "ospf"}}, ".vpn.routing", "'bgp' or 'static'"),
        ({"vpn": VPN | {"amazon_asn": 7224}}, ".vpn.amazon_asn", "private number"),
        ({"vpn": VPN | {"amazon_asn": 65000}}, ".vpn.amazon_asn", "as customer_asn is"),
        ({"vpn": VPN | {"customer_asn": 2**31}}, ".vpn.customer_asn", "the most is 2147483647"),
        ({"transit_gateway": {"id": "tgw-xyz"}}, ".transit_gateway.id", "tgw- and 8 or 17"),
        ({"source_dns": {}}, ".source_dns", "neither address nor servers"),
        (
            {"source_dns": {"address": "10.20.0.5", "servers": ["10.20.0.2"]}},
            ".source_dns",
            "both address and servers",
        ),
        ({"source_dns": {"servers": ["10.20.0.2"] * 2}}, ".source_dns.servers", "each once"),
        ({"source_dns": {"servers": ["dns1"]}}, ".source_dns.servers[0]", "no IPv4 address"),
    ],
)
def test_a_network_that_can_not_work_is_refused_with_one_message(
    document: dict[str, Any], network: dict[str, Any], key: str, said: str
) -> None:
    document["network"] |= network
    line = only_fault(document)
    assert line.startswith(f"x.toml: network{key}: "), line
    assert said in line


def test_the_address_of_the_source_is_in_its_network(document: dict[str, Any]) -> None:
    document["network"]["source_dns"] = {"address": "10.21.0.5"}
    line = only_fault(document)
    assert line.startswith("x.toml: source: ")
    assert "network.source_dns.address 10.21.0.5 is outside" in line


def test_an_existing_vpc_may_be_small_and_hold_the_source_and_the_clients(
    document: dict[str, Any],
) -> None:
    document["network"] |= {
        "cidr": "10.20.0.0/26",
        "client_networks": ["10.20.0.0/28"],
        "existing_vpc": EXISTING_VPC,
        "gateway_prefix_lists": PREFIX_LISTS,
    }
    document["source"]["network"] = "10.20.0.16/28"
    settings.parse(document, origin="x.toml")
    # But not a network that only has a part in common with it: no route could tell.
    document["source"]["network"] = "10.20.0.0/16"
    assert "overlaps network.cidr" in only_fault(document)


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


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (2, "is 2; the least is 3"),
        (61, "is 61; the most is 60"),
        (2.5, "whole number"),
        ("5", "'5'"),
    ],
)
def test_the_readiness_is_looked_at_every_third_minute_at_most(
    document: dict[str, Any], minutes: object, said: str
) -> None:
    document["cutover"]["readiness_minutes"] = minutes
    line = only_fault(document)
    assert line.startswith("x.toml: cutover.readiness_minutes: ")
    assert re.search(said, line), line
