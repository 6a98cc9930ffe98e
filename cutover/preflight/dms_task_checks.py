"""How the task of DMS is set: settings and table mappings as DMS has them now."""

from __future__ import annotations

import json
from typing import Any, Final

from cutover.preflight import documentation as doc
from cutover.preflight.check import (
    Check,
    Finding,
    Rows,
    Verdict,
    failed,
    passed,
    unknown,
    warned,
)
from cutover.preflight.dms_checks import REDEPLOY, TASK, check, missing
from cutover.preflight.told import Told

LARGEST_LOB_KILOBYTES: Final = 102_400

LARGEST_CHUNK_KILOBYTES: Final = 64


def of_settings(judge: Any) -> Any:
    """A judge of the settings of the task, which DMS tells as a text."""

    def whole(told: Told, rows: Rows) -> Finding:
        if absent := missing(rows, "replication task", told, "replication"):
            return absent
        try:
            settings = json.loads(rows[0].get("ReplicationTaskSettings", ""))
        except ValueError:  # before the line: what can't be read is not known
            return unknown("DMS tells no settings of the task")
        found: Finding = judge(told, settings)
        return found

    return whole


Settings = dict[str, dict[str, Any]]


def batch_apply(_told: Told, settings: Settings) -> Finding:
    if settings.get("TargetMetadata", {}).get("BatchApplyEnabled"):
        return failed("BatchApplyEnabled is true: the token row would prove nothing")
    return passed("BatchApplyEnabled is false")


def preparation(_told: Told, settings: Settings) -> Finding:
    mode = settings.get("FullLoadSettings", {}).get("TargetTablePrepMode", "not set")
    fact = f"TargetTablePrepMode is {mode}"
    return passed(fact) if mode == "DO_NOTHING" else failed(fact)


def lob_mode(told: Told, settings: Settings) -> Finding:
    target = settings.get("TargetMetadata", {})
    full, limited = bool(target.get("FullLobMode")), bool(target.get("LimitedSizeLobMode"))
    if not target.get("SupportLobs"):
        return failed("SupportLobs is false: large values are left out")
    if full == limited:
        return failed(f"FullLobMode and LimitedSizeLobMode are both {str(full).lower()}")
    if full:
        chunk = target.get("LobChunkSize", 0)
        fact = f"full LOB mode, LobChunkSize {chunk} KB"
        return passed(fact) if 1 <= chunk <= LARGEST_CHUNK_KILOBYTES else failed(fact)
    most = target.get("LobMaxSize", 0)
    fact = f"limited LOB mode, LobMaxSize {most} KB"
    if not 1 <= most <= LARGEST_LOB_KILOBYTES:
        return failed(fact)
    if told.settings and most != told.settings.lob_max_kilobytes:
        return failed(f"{fact}, dms.lob_max_kilobytes is {told.settings.lob_max_kilobytes}")
    return passed(fact)


def error_policies(_told: Told, settings: Settings) -> Finding:
    errors = settings.get("ErrorBehavior", {})
    skipping = [
        f"{name} is {value}"
        for name, value in sorted(errors.items())
        if name.endswith("Policy") and value != "STOP_TASK"
    ]
    if not errors.get("FailOnNoTablesCaptured"):
        skipping.append("FailOnNoTablesCaptured is false")
    if skipping:
        return Finding(
            verdict=Verdict.FAIL,
            fact=", ".join(skipping),
            objects=tuple(skipping),
            total=len(skipping),
        )
    return passed("every error stops the task")


def validation(_told: Told, settings: Settings) -> Finding:
    validating, target = settings.get("ValidationSettings", {}), settings.get("TargetMetadata", {})
    if not validating.get("EnableValidation"):
        return warned("EnableValidation is false")
    part, whole = validating.get("ValidationPartialLobSize"), target.get("LobMaxSize")
    if target.get("LimitedSizeLobMode") and part != whole:
        return warned(f"ValidationPartialLobSize is {part}, LobMaxSize {whole}")
    return passed("EnableValidation is true")


def control_schema(_told: Told, settings: Settings) -> Finding:
    schema = settings.get("ControlTablesSettings", {}).get("ControlSchema", "")
    return passed(f"ControlSchema is {schema}") if schema else warned("ControlSchema is empty")


def logging(_told: Told, settings: Settings) -> Finding:
    on = settings.get("Logging", {}).get("EnableLogging")
    return passed("EnableLogging is true") if on else warned("EnableLogging is false")


def table_mappings(told: Told, rows: Rows) -> Finding:
    if absent := missing(rows, "replication task", told, "replication"):
        return absent
    try:
        rules = json.loads(rows[0].get("TableMappings", ""))["rules"]
    except (ValueError, KeyError):  # before the line: what can't be read is not known
        return unknown("DMS tells no table mappings of the task")
    included = {
        rule["object-locator"]["schema-name"]
        for rule in rules
        if rule["rule-type"] == "selection" and rule["rule-action"] != "exclude"
    }
    bare = sorted(name for name in included if "_" in name.replace("[_]", ""))
    if bare:
        return failed(
            f"the mapping includes {', '.join(bare)}, in which _ stands for any character: write [_]"
        )
    mapped = {name.replace("[_]", "_").replace("[%]", "%") for name in included}
    assert told.settings is not None
    lacking = sorted(set(told.settings.schemas) - mapped)
    if lacking and "%" not in included:
        return failed(f"the mapping lacks {', '.join(lacking)}")
    if "cutover" not in mapped:
        return failed("the mapping lacks the schema cutover: neither lag nor drain could be proven")
    return passed(f"the mapping includes {', '.join(sorted(mapped))}")


DMS_TASK_CHECKS: Final[tuple[Check, ...]] = (
    check(
        "dms-batch-apply",
        "Changes arrive in the order of their commits",
        "BatchApplyEnabled false; else fail",
        (TASK,),
        of_settings(batch_apply),
        REDEPLOY,
        doc.DMS_TASK_SETTINGS,
    ),
    check(
        "dms-table-preparation",
        "DMS neither drops nor empties tables",
        "DO_NOTHING; else fail",
        (TASK,),
        of_settings(preparation),
        REDEPLOY,
        doc.DMS_TASK_SETTINGS,
    ),
    check(
        "dms-lob-mode",
        "Large values arrive whole",
        "one LOB mode, its size within DMS's and as in the settings; else fail",
        (TASK,),
        of_settings(lob_mode),
        REDEPLOY,
        doc.DMS_LOBS,
    ),
    check(
        "dms-error-policies",
        "Errors stop the task",
        "every policy STOP_TASK, no table captured is an error; else fail",
        (TASK,),
        of_settings(error_policies),
        REDEPLOY,
        doc.DMS_ERRORS,
    ),
    check(
        "dms-validation",
        "DMS validates",
        "EnableValidation, large values whole; else warn",
        (TASK,),
        of_settings(validation),
        REDEPLOY,
        doc.DMS_VALIDATION,
    ),
    check(
        "dms-control-schema",
        "DMS's tables are in a schema of their own",
        "ControlSchema set; else warn",
        (TASK,),
        of_settings(control_schema),
        REDEPLOY,
        doc.DMS_TASK_SETTINGS,
    ),
    check(
        "dms-logging",
        "DMS logs",
        "EnableLogging; else warn",
        (TASK,),
        of_settings(logging),
        REDEPLOY,
        doc.DMS_TASK_SETTINGS,
    ),
    check(
        "dms-table-mappings",
        "The mapping has every schema and only these",
        "the settings' schemas and cutover, no bare _ in a name; else fail",
        (TASK,),
        table_mappings,
        REDEPLOY,
        doc.DMS_MAPPINGS,
    ),
)
