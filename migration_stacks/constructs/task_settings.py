"""The settings of a DMS task: the whole document typed, and DMS's rules on it told before a deployment.

DMS accepts most broken documents when the task is made and fails when it is started, or works and
loses data. The rules are those of the pages "Specifying task settings" of its user guide.
"""

from __future__ import annotations

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_pascal

MigrationType = Literal["full-load", "cdc", "full-load-and-cdc"]
Severity = Literal[
    "LOGGER_SEVERITY_ERROR",
    "LOGGER_SEVERITY_WARNING",
    "LOGGER_SEVERITY_INFO",
    "LOGGER_SEVERITY_DEFAULT",
    "LOGGER_SEVERITY_DEBUG",
    "LOGGER_SEVERITY_DETAILED_DEBUG",
]
LogComponentId = Literal[
    "SOURCE_UNLOAD",
    "SOURCE_CAPTURE",
    "TARGET_LOAD",
    "TARGET_APPLY",
    "TASK_MANAGER",
    "TABLES_MANAGER",
    "METADATA_MANAGER",
    "SORTER",
    "FILE_FACTORY",
    "TRANSFORMATION",
    "VALIDATOR_EXT",
]
Policy = Literal["STOP_TASK", "SUSPEND_TABLE", "LOG_ERROR", "IGNORE", "IGNORE_RECORD"]

_LOGGED: Final[tuple[LogComponentId, ...]] = (
    "SOURCE_UNLOAD",
    "SOURCE_CAPTURE",
    "TARGET_LOAD",
    "TARGET_APPLY",
    "TASK_MANAGER",
    "TABLES_MANAGER",
    "METADATA_MANAGER",
    "SORTER",
    "FILE_FACTORY",
    "TRANSFORMATION",
    "VALIDATOR_EXT",
)
LARGEST_LOB_KILOBYTES: Final = 102_400


class _Part(BaseModel):
    """Fields in snake case are DMS's names in Pascal case; a name it does not know is refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, alias_generator=to_pascal, populate_by_name=True
    )


class TargetMetadata(_Part):
    target_schema: str = ""
    support_lobs: bool = True
    full_lob_mode: bool = False
    lob_chunk_size: int = 0
    limited_size_lob_mode: bool = True
    lob_max_size: int
    """KB. A longer value stops the task: DMS would otherwise cut it off."""
    inline_lob_max_size: int = 0
    load_max_file_size: int = 0
    parallel_load_threads: int = 0
    parallel_load_buffer_size: int = 0
    parallel_load_queues_per_thread: int = 0
    parallel_apply_threads: int = 0
    parallel_apply_buffer_size: int = 0
    parallel_apply_queues_per_thread: int = 0
    batch_apply_enabled: bool = False
    task_recovery_table_enabled: bool = True


class FullLoadSettings(_Part):
    # DMS makes tables without secondary keys, defaults or sequences, and even TRUNCATE fails before
    # a foreign key. The schema is made beforehand, the tables are empty.
    target_table_prep_mode: Literal["DO_NOTHING", "DROP_AND_CREATE", "TRUNCATE_BEFORE_LOAD"] = (
        "DO_NOTHING"
    )
    create_pk_after_full_load: bool = False
    stop_task_cached_changes_applied: bool = False
    stop_task_cached_changes_not_applied: bool = False
    max_full_load_sub_tasks: int
    transaction_consistency_timeout: int = 600
    commit_rate: int = 10_000


class LogComponent(_Part):
    id: LogComponentId
    severity: Severity = "LOGGER_SEVERITY_DEFAULT"


class Logging(_Part):
    """DMS fills in the log group's name itself, and refuses a task that brings one."""

    enable_logging: bool = True
    enable_log_context: bool = True
    log_components: tuple[LogComponent, ...] = tuple(LogComponent(id=part) for part in _LOGGED)


class ControlTablesSettings(_Part):
    # Without a schema of their own they would be in `public`, among the application's.
    control_schema: str = "awsdms_control"
    history_timeslot_in_minutes: int = 5
    history_table_enabled: bool = True
    suspended_tables_table_enabled: bool = True
    status_table_enabled: bool = True


class StreamBufferSettings(_Part):
    stream_buffer_count: int = 3
    stream_buffer_size_in_mb: int = Field(8, alias="StreamBufferSizeInMB")
    ctrl_stream_buffer_size_in_mb: int = Field(5, alias="CtrlStreamBufferSizeInMB")


class ChangeProcessingTuning(_Part):
    batch_apply_timeout_min: int = 1
    batch_apply_timeout_max: int = 30
    batch_apply_memory_limit: int = 500
    batch_split_size: int = 0
    min_transaction_size: int = 1_000
    commit_timeout: int = 1
    memory_limit_total: int = 1_024
    memory_keep_time: int = 60
    statement_cache_size: int = 50


class DdlHandlingPolicy(_Part):
    """The cutover freezes DDL: what is dropped on one side is not dropped on the other unseen."""

    handle_source_table_dropped: bool = False
    handle_source_table_truncated: bool = False
    handle_source_table_altered: bool = False


class ErrorBehavior(_Part):
    """Stop, never skip: a row that was skipped is a row that was lost, and a task that stopped is
    seen at once. Only what passes by itself (a network, a restart) is tried again, for ever."""

    data_error_policy: Policy = "STOP_TASK"
    data_truncation_error_policy: Policy = "STOP_TASK"
    data_error_escalation_policy: Policy = "STOP_TASK"
    data_error_escalation_count: int = 0
    event_error_policy: Policy = "STOP_TASK"
    fail_on_no_tables_captured: bool = True
    table_error_policy: Policy = "STOP_TASK"
    table_error_escalation_policy: Policy = "STOP_TASK"
    table_error_escalation_count: int = 0
    recoverable_error_count: int = -1
    recoverable_error_interval: int = 5
    recoverable_error_throttling: bool = True
    recoverable_error_throttling_max: int = 1_800
    recoverable_error_stop_retry_after_throttling_max: bool = False
    apply_error_delete_policy: Policy = "STOP_TASK"
    apply_error_insert_policy: Policy = "STOP_TASK"
    apply_error_update_policy: Policy = "STOP_TASK"
    apply_error_escalation_policy: Policy = "STOP_TASK"
    apply_error_escalation_count: int = 0
    apply_error_fail_on_truncation_ddl: bool = True
    # Changes made while a table was being loaded are in the load and in the cache: applying them
    # again must find its row there already.
    full_load_ignore_conflicts: bool = True

    def skipping(self) -> list[str]:
        """The policies, by DMS's names, under which an error is passed over."""
        return [
            name
            for name, value in self.model_dump(by_alias=True).items()
            if name.endswith("Policy") and value != "STOP_TASK"
        ]


class ValidationSettings(_Part):
    enable_validation: bool = True
    validation_mode: Literal["ROW_LEVEL", "GROUP_LEVEL"] = "ROW_LEVEL"
    thread_count: int = 5
    partition_size: int = 10_000
    failure_max_count: int = 10_000
    table_failure_max_count: int = 1_000
    record_failure_delay_in_minutes: int = 5
    record_failure_delay_limit_in_minutes: int = 1
    record_suspend_delay_in_minutes: int = 30
    max_key_column_size: int = 8_096
    handle_collation_diff: bool = True
    skip_lob_columns: bool = False
    validation_partial_lob_size: int
    """KB. Compared up to where it was copied: less leaves ends unseen, more finds differences that
    are none."""
    validation_only: bool = False
    validation_query_cdc_delay_seconds: int = 0


class TaskSettings(_Part):
    """The whole document. What is not given is as PostgreSQL to Aurora PostgreSQL needs it."""

    target_metadata: TargetMetadata
    full_load_settings: FullLoadSettings
    logging: Logging = Logging()
    control_tables_settings: ControlTablesSettings = ControlTablesSettings()
    stream_buffer_settings: StreamBufferSettings = StreamBufferSettings()
    change_processing_tuning: ChangeProcessingTuning = ChangeProcessingTuning()
    change_processing_ddl_handling_policy: DdlHandlingPolicy = DdlHandlingPolicy()
    error_behavior: ErrorBehavior = ErrorBehavior()
    validation_settings: ValidationSettings

    def document(self) -> str:
        """As DMS reads it."""
        return self.model_dump_json(by_alias=True, indent=1)


def task_settings(
    *, lob_max_kilobytes: int, full_load_tables: int, migration_type: MigrationType
) -> TaskSettings:
    """What differs between environments and tasks; full_load_tables are loaded side by side.

    A load stops once the changes made meanwhile are applied: indexes and keys are made then, and
    `cutover replicate` resumes it.
    """
    return TaskSettings(
        target_metadata=TargetMetadata(lob_max_size=lob_max_kilobytes),
        full_load_settings=FullLoadSettings(
            max_full_load_sub_tasks=full_load_tables,
            stop_task_cached_changes_applied=migration_type == "full-load-and-cdc",
        ),
        validation_settings=ValidationSettings(validation_partial_lob_size=lob_max_kilobytes),
    )


def broken_rules(settings: TaskSettings, *, migration_type: MigrationType) -> list[str]:
    """One sentence for each rule that the document breaks: the keys, the values, the remedy."""
    return [
        *_broken_of_lobs(settings),
        *_broken_of_the_target(settings.target_metadata),
        *_broken_of_the_load(settings.full_load_settings, migration_type),
        *_broken_of_change_processing(settings),
        *_broken_of_errors(settings.error_behavior),
        *_broken_of_validation(settings, migration_type),
        *_broken_of_logging(settings.logging),
    ]


def _broken_of_lobs(settings: TaskSettings) -> list[str]:
    target = settings.target_metadata
    full, limited, inline = (
        target.full_lob_mode,
        target.limited_size_lob_mode,
        target.inline_lob_max_size,
    )
    broken = []
    if target.support_lobs and full == limited:
        broken.append(
            f"SupportLobs needs one of FullLobMode and LimitedSizeLobMode, and both are {full}: "
            "set LimitedSizeLobMode alone"
        )
    if full and not 1 <= target.lob_chunk_size <= 64:
        broken.append(
            f"LobChunkSize is {target.lob_chunk_size}; FullLobMode needs 1 to 64 KB, and more "
            "fails tasks: use 64"
        )
    if limited and not 1 <= target.lob_max_size <= LARGEST_LOB_KILOBYTES:
        broken.append(
            f"LobMaxSize is {target.lob_max_size}; LimitedSizeLobMode takes 1 to "
            f"{LARGEST_LOB_KILOBYTES} KB: set dms.lob_max_kilobytes within it"
        )
    if inline and not (full and 1 <= inline <= LARGEST_LOB_KILOBYTES):
        broken.append(
            f"InlineLobMaxSize is {inline}; it takes 1 to {LARGEST_LOB_KILOBYTES} KB and only with "
            "FullLobMode: use 0"
        )
    return broken


def _broken_of_the_target(target: TargetMetadata) -> list[str]:
    broken = []
    if target.batch_apply_enabled:
        broken.append(
            "BatchApplyEnabled is true; changes would not arrive in the order of their commits, "
            "and the token row would prove nothing: use false"
        )
    parallel = [
        name
        for name, value in target.model_dump(by_alias=True).items()
        if name.startswith(("ParallelLoad", "ParallelApply")) and value
    ]
    if parallel:
        broken.append(
            f"{', '.join(parallel)} can't be set for a PostgreSQL target, which has no such "
            "threads: use 0"
        )
    return broken


def _broken_of_the_load(load: FullLoadSettings, migration_type: MigrationType) -> list[str]:
    broken = []
    if load.target_table_prep_mode != "DO_NOTHING":
        broken.append(
            f"TargetTablePrepMode is {load.target_table_prep_mode}; it drops or empties tables, "
            "and fails where a foreign key points at one: use DO_NOTHING"
        )
    if not 1 <= load.max_full_load_sub_tasks <= 49:
        broken.append(
            f"MaxFullLoadSubTasks is {load.max_full_load_sub_tasks}; the least is 1, the most 49: "
            "set dms.full_load_tables within it"
        )
    if not 1 <= load.commit_rate <= 50_000:
        broken.append(
            f"CommitRate is {load.commit_rate}; the least is 1, the most 50000: use 10000"
        )
    stops = load.stop_task_cached_changes_applied, load.stop_task_cached_changes_not_applied
    if all(stops):
        broken.append(
            "StopTaskCachedChangesApplied and StopTaskCachedChangesNotApplied are both true, and "
            "the task can stop at one of them only: set one"
        )
    if any(stops) and migration_type != "full-load-and-cdc":
        broken.append(
            f"a stop between load and changes is asked for, and a {migration_type} task has not "
            "both: set both StopTaskCachedChanges to false"
        )
    return broken


def _broken_of_change_processing(settings: TaskSettings) -> list[str]:
    broken = []
    statements = settings.change_processing_tuning.statement_cache_size
    if not 0 <= statements <= 200:
        broken.append(f"StatementCacheSize is {statements}; the least is 0, the most 200: use 50")
    control = settings.stream_buffer_settings.ctrl_stream_buffer_size_in_mb
    if not 1 <= control <= 8:
        broken.append(f"CtrlStreamBufferSizeInMB is {control}; the least is 1, the most 8: use 5")
    if not settings.control_tables_settings.control_schema:
        broken.append(
            "ControlSchema is empty; DMS's tables would be in public, among the application's: "
            "use awsdms_control"
        )
    return broken


def _broken_of_errors(errors: ErrorBehavior) -> list[str]:
    broken = []
    if skipping := errors.skipping():
        broken.append(
            f"{', '.join(skipping)} would pass over an error, and a row that is skipped is lost: "
            "use STOP_TASK"
        )
    if not errors.fail_on_no_tables_captured:
        broken.append(
            "FailOnNoTablesCaptured is false; a task that replicates nothing would look healthy: "
            "use true"
        )
    return broken


def _broken_of_validation(settings: TaskSettings, migration_type: MigrationType) -> list[str]:
    target, validation = settings.target_metadata, settings.validation_settings
    broken = []
    if not validation.enable_validation:
        broken.append("EnableValidation is false; differences would go unseen: use true")
    compared = validation.validation_partial_lob_size
    if target.limited_size_lob_mode and compared != target.lob_max_size:
        broken.append(
            f"ValidationPartialLobSize is {compared} and LobMaxSize {target.lob_max_size}; what "
            "was copied would not be what is compared: use the same for both"
        )
    if validation.validation_only and (
        migration_type == "full-load-and-cdc"
        or settings.full_load_settings.target_table_prep_mode != "DO_NOTHING"
    ):
        broken.append(
            f"ValidationOnly is true in a {migration_type} task; it needs full-load or cdc alone, "
            "and TargetTablePrepMode DO_NOTHING: use false"
        )
    least = {
        "ThreadCount": validation.thread_count,
        "PartitionSize": validation.partition_size,
        "FailureMaxCount": validation.failure_max_count,
        "TableFailureMaxCount": validation.table_failure_max_count,
    }
    if none := [name for name, value in least.items() if value < 1]:
        broken.append(f"{', '.join(none)} below 1; nothing would be validated: use the defaults")
    return broken


def _broken_of_logging(logging: Logging) -> list[str]:
    named = [component.id for component in logging.log_components]
    broken = []
    if not logging.enable_logging:
        broken.append("EnableLogging is false; a task that fails would say nothing: use true")
    if twice := sorted({name for name in named if named.count(name) > 1}):
        broken.append(f"LogComponents has {', '.join(twice)} twice: name each once")
    return broken
