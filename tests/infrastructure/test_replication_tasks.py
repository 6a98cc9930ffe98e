"""A task document that DMS would fail on, or lose rows by, does not leave this machine."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from migration_stacks.constructs.table_mappings import TableMappings, escape
from migration_stacks.constructs.task_settings import (
    MigrationType,
    TaskSettings,
    broken_rules,
    task_settings,
)

TYPES: tuple[MigrationType, ...] = ("cdc", "full-load-and-cdc")


def document(**changes: dict[str, Any]) -> TaskSettings:
    """The document of the example, with values changed in some of its parts."""
    told = json.loads(
        task_settings(lob_max_kilobytes=1024, full_load_tables=8, migration_type="cdc").document()
    )
    for part, values in changes.items():
        told[part] |= values
    return TaskSettings.model_validate_json(json.dumps(told))


@given(
    lob=st.integers(min_value=1, max_value=102_400),
    tables=st.integers(min_value=1, max_value=49),
)
def test_what_the_settings_allow_breaks_no_rule(lob: int, tables: int) -> None:
    for migration_type in TYPES:
        made = task_settings(
            lob_max_kilobytes=lob, full_load_tables=tables, migration_type=migration_type
        )
        stops = made.full_load_settings.stop_task_cached_changes_applied
        assert stops is (migration_type == "full-load-and-cdc")
        assert broken_rules(made, migration_type=migration_type) == []
        assert TaskSettings.model_validate_json(made.document()) == made


BROKEN: list[tuple[str, dict[str, Any], str]] = [
    ("TargetMetadata", {"FullLobMode": True, "LobChunkSize": 64}, "both are True"),
    ("TargetMetadata", {"LimitedSizeLobMode": False}, "both are False"),
    (
        "TargetMetadata",
        {"FullLobMode": True, "LimitedSizeLobMode": False, "LobChunkSize": 65},
        "LobChunkSize is 65",
    ),
    ("TargetMetadata", {"InlineLobMaxSize": 32}, "InlineLobMaxSize is 32"),
    ("TargetMetadata", {"BatchApplyEnabled": True}, "BatchApplyEnabled is true"),
    ("TargetMetadata", {"ParallelApplyThreads": 4}, "ParallelApplyThreads can't be set"),
    ("TargetMetadata", {"ParallelLoadBufferSize": 4}, "ParallelLoadBufferSize can't be set"),
    ("FullLoadSettings", {"TargetTablePrepMode": "TRUNCATE_BEFORE_LOAD"}, "use DO_NOTHING"),
    ("FullLoadSettings", {"MaxFullLoadSubTasks": 50}, "the most 49"),
    ("FullLoadSettings", {"MaxFullLoadSubTasks": 0}, "the least is 1"),
    ("FullLoadSettings", {"CommitRate": 50_001}, "the most 50000"),
    (
        "FullLoadSettings",
        {"StopTaskCachedChangesApplied": True, "StopTaskCachedChangesNotApplied": True},
        "both true",
    ),
    ("ChangeProcessingTuning", {"StatementCacheSize": 201}, "the most 200"),
    ("StreamBufferSettings", {"CtrlStreamBufferSizeInMB": 9}, "the most 8"),
    ("ControlTablesSettings", {"ControlSchema": ""}, "among the application's"),
    ("ErrorBehavior", {"FailOnNoTablesCaptured": False}, "would look healthy"),
    ("ErrorBehavior", {"ApplyErrorDeletePolicy": "IGNORE_RECORD"}, "ApplyErrorDeletePolicy would"),
    ("ErrorBehavior", {"TableErrorPolicy": "SUSPEND_TABLE"}, "TableErrorPolicy would"),
    ("ErrorBehavior", {"DataErrorPolicy": "LOG_ERROR"}, "DataErrorPolicy would"),
    ("ValidationSettings", {"EnableValidation": False}, "would go unseen"),
    ("ValidationSettings", {"ValidationPartialLobSize": 0}, "LobMaxSize 1024"),
    ("ValidationSettings", {"ValidationOnly": True}, "ValidationOnly is true"),
    ("ValidationSettings", {"ThreadCount": 0}, "nothing would be validated"),
    ("Logging", {"EnableLogging": False}, "would say nothing"),
    ("Logging", {"LogComponents": [{"Id": "SORTER"}, {"Id": "SORTER"}]}, "SORTER twice"),
]


@pytest.mark.parametrize(("part", "values", "said"), BROKEN)
def test_each_broken_rule_is_told_once(part: str, values: dict[str, Any], said: str) -> None:
    (told,) = broken_rules(document(**{part: values}), migration_type="full-load-and-cdc")
    assert said in told
    assert ": " in told, "a remedy follows the fact"


def test_a_lob_size_beyond_the_limit_is_told_with_the_setting() -> None:
    made = document(
        TargetMetadata={"LobMaxSize": 102_401},
        ValidationSettings={"ValidationPartialLobSize": 102_401},
    )
    (told,) = broken_rules(made, migration_type="cdc")
    assert "dms.lob_max_kilobytes" in told


def test_a_stop_between_load_and_changes_needs_both() -> None:
    stopping = document(FullLoadSettings={"StopTaskCachedChangesApplied": True})
    assert broken_rules(stopping, migration_type="full-load-and-cdc") == []
    (told,) = broken_rules(stopping, migration_type="cdc")
    assert "a cdc task has not both" in told


def test_all_broken_rules_are_told_at_once() -> None:
    worst = {part: values for part, values, _ in BROKEN}
    told = broken_rules(document(**worst), migration_type="full-load-and-cdc")
    assert len(told) == len(set(told)) == len(worst) == 8


@pytest.mark.parametrize(
    ("part", "values"),
    [
        ("Logging", {"CloudWatchLogGroup": "dms-tasks-x"}),
        ("TargetMetadata", {"LobMaxSiz": 1}),
        ("FullLoadSettings", {"TargetTablePrepMode": "NOTHING"}),
        ("ErrorBehavior", {"DataErrorPolicy": "STOP"}),
        ("TargetMetadata", {"SupportLobs": "true"}),
    ],
)
def test_what_dms_does_not_know_is_no_document(part: str, values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        document(**{part: values})


# Table mappings, against DMS's description of its patterns.


def matches(pattern: str, name: str) -> bool:
    """`%` is any number of characters, `_` one, and what stands in brackets itself."""
    regex = ""
    for part in re.findall(r"\[.\]|.", pattern, flags=re.DOTALL):
        regex += {"%": ".*", "_": "."}.get(part) or re.escape(part.strip("[]") or part)
    return re.fullmatch(regex, name, flags=re.DOTALL) is not None


NAMES = st.from_regex(r"[a-z_%][a-z0-9_$%]{0,12}", fullmatch=True)


@given(name=NAMES, other=NAMES)
def test_an_escaped_name_matches_itself_only(name: str, other: str) -> None:
    assert matches(escape(name), name)
    assert matches(escape(name), other) is (name == other)


def replicated(mappings: TableMappings, schema: str, table: str) -> bool:
    rules = json.loads(mappings.document())["rules"]
    hit = {
        rule["rule-action"]
        for rule in rules
        if rule["rule-type"] == "selection"
        and matches(rule["object-locator"]["schema-name"], schema)
        and matches(rule["object-locator"]["table-name"], table)
    }
    return "include" in hit and "exclude" not in hit


SCHEMAS = st.lists(st.sampled_from(["app", "app_data", "appxdata", "public"]), unique=True)
TABLES = st.sampled_from(["orders", "order_s", "orderXs", "heartbeat", "token", "gate_state"])


@given(
    schemas=SCHEMAS,
    schema=st.sampled_from(["app", "app_data", "appxdata", "cutover"]),
    table=TABLES,
    out=TABLES,
)
def test_exactly_what_is_named_is_replicated(
    schemas: list[str], schema: str, table: str, out: str
) -> None:
    left_out = [f"{name}.{out}" for name in schemas]
    mappings = TableMappings(schemas=schemas, exclude_tables=left_out)
    proof = schema == "cutover" and table in ("heartbeat", "token")
    chosen = schema in schemas and f"{schema}.{table}" not in left_out
    assert replicated(mappings, schema, table) is (proof or chosen)


def test_a_generated_column_is_taken_out_of_its_table_alone() -> None:
    mappings = TableMappings(schemas=["app"], generated_columns=["app.order_s.total"])
    rules = json.loads(mappings.document())["rules"]
    assert len({rule["rule-id"] for rule in rules}) == len(rules)
    (removal,) = [rule for rule in rules if rule["rule-type"] == "transformation"]
    assert (removal["rule-action"], removal["rule-target"]) == ("remove-column", "column")
    assert removal["object-locator"] == {
        "schema-name": "app",
        "table-name": "order[_]s",
        "column-name": "total",
    }
