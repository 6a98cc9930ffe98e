"""The overall verdict and the exit status follow from the checks, whatever they are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutover.errors import BadInput
from cutover.preflight.catalogue import BY_ID, CHECKS
from cutover.preflight.check import (
    Check,
    Finding,
    Result,
    Side,
    Verdict,
    counted,
    exit_status,
    overall,
)
from cutover.preflight.compared import number
from cutover.preflight.told import Told, ToldSettings, from_settings
from migration_stacks.settings import Settings

BAD_FIRST = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.WARN, Verdict.PASS)


def result(verdict: Verdict, *, counts: bool = True) -> Result:
    check = Check(
        id="some",
        title="Some",
        side=Side.SOURCE,
        threshold="none",
        asks=(),
        judge=lambda: Finding(verdict=verdict, fact=""),
        remedy="none",
        documentation="none",
        counts=counts,
    )
    return Result(check=check, finding=Finding(verdict=verdict, fact=""))


RESULTS = st.lists(
    st.builds(
        lambda verdict, counts: result(verdict, counts=counts),
        st.sampled_from(Verdict),
        st.booleans(),
    )
).map(tuple)


@given(RESULTS)
def test_the_worst_that_matters_decides(results: tuple[Result, ...]) -> None:
    matter = [
        each.verdict for each in results if each.verdict is not Verdict.UNKNOWN or each.check.counts
    ]
    expected = next((verdict for verdict in BAD_FIRST if verdict in matter), Verdict.UNKNOWN)
    assert overall(results) is expected


@given(RESULTS, RESULTS)
def test_more_results_never_make_it_better(
    some: tuple[Result, ...], more: tuple[Result, ...]
) -> None:
    if any(each.matters for each in some):
        assert BAD_FIRST.index(overall(some + more)) <= BAD_FIRST.index(overall(some))


@given(RESULTS, st.booleans())
def test_the_exit_status_is_0_only_where_all_is_known_and_none_fails(
    results: tuple[Result, ...], strict: bool
) -> None:
    verdicts = {each.verdict for each in results if each.matters}
    status = exit_status(overall(results), strict=strict)
    assert (status == 2) is (Verdict.FAIL in verdicts)
    assert (status == 3) is (
        not verdicts or (Verdict.UNKNOWN in verdicts and Verdict.FAIL not in verdicts)
    )
    if status == 0:
        assert verdicts <= {Verdict.PASS} | (set() if strict else {Verdict.WARN})
    if status == 1:
        assert strict
        assert Verdict.WARN in verdicts


@pytest.mark.parametrize(
    ("version", "verdict"),
    [
        (120022, Verdict.FAIL),
        (130000, Verdict.PASS),
        (180006, Verdict.PASS),
        (190001, Verdict.WARN),
    ],
)
def test_versions(version: int, verdict: Verdict) -> None:
    assert BY_ID["source-version"].judge(Told(), ({"number": version},)).verdict is verdict


def test_a_server_without_the_plug_in() -> None:
    file = "/usr/lib/postgresql/17/lib/test_decoding.so"
    found = BY_ID["test-decoding"].judge(Told(), ({"file": file, "present": False},))
    assert found.verdict is Verdict.FAIL
    assert file in found.fact


def test_there_are_enough_checks_each_with_a_name_of_its_own_and_all_of_its_parts() -> None:
    assert len(CHECKS) == len(BY_ID) >= 60
    for check in CHECKS:
        assert check.title and check.threshold and check.remedy and check.documentation, check.id
        assert check.id == check.id.lower().replace(" ", "-").replace("_", "-")


@pytest.mark.parametrize(
    ("what", "count", "told"),
    [
        ("index is|indexes are not valid", 1, "index is not valid"),
        ("index is|indexes are not valid", 2, "indexes are not valid"),
        ("table|tables without a key", 3, "tables without a key"),
    ],
)
def test_what_is_counted_is_in_its_number(what: str, count: int, told: str) -> None:
    assert counted(what, count) == told


def test_versions_of_extensions_are_compared_by_their_numbers() -> None:
    assert number("1.10") > number("1.9") > number("1.9dev")


def test_the_settings_have_the_defaults_of_the_stacks() -> None:
    document: dict[str, Any] = {
        "network": {
            "cidr": "10.60.0.0/16",
            "availability_zones": ["a", "b", "c"],
            "client_networks": [],
        },
        "source": {
            "host": "postgres.corp.example.com",
            "database": "application",
            "schemas": ["public"],
            "network": "10.20.0.0/16",
        },
        "traffic": {"zone": "db.migration.internal"},
    }
    ours = from_settings(document)
    stacks = Settings.model_validate(document, context={"folder": "."})
    theirs = from_settings(stacks.model_dump(mode="json"))
    assert ours == theirs


def test_what_the_settings_lack_is_named() -> None:
    with pytest.raises(BadInput, match=r"source\.schemas, traffic\.zone"):
        from_settings({"source": {"host": "h", "database": "d"}})
    with pytest.raises(BadInput, match="another kind"):
        from_settings(
            {
                "source": {"host": "h", "database": "d", "schemas": 5},
                "traffic": {"zone": "z.example.com"},
            }
        )


def test_names_of_aws_are_those_of_the_stacks() -> None:
    from migration_stacks.names import Names

    ours, stacks = Told(suffix="prod").names(), Names("prod")
    assert ours["replication"] == stacks.replication
    assert ours["cluster"] == stacks.cluster


def test_settings_are_optional() -> None:
    assert Told().settings is None
    assert ToldSettings(source_host="h", source_database="d", schemas=(), zone="z").schemas == ()
