"""Every check of the preflight: its id, the side it is about, what it finds, and the threshold it is held against."""

from __future__ import annotations

from typing import Final, NamedTuple


class Entry(NamedTuple):
    """One check."""

    id: str
    side: str
    title: str
    threshold: str


ENTRIES: Final = (
    # The source's server.
    Entry("source-connection", "source", "The source answers", "answers within 5 s; else unknown"),
    Entry(
        "source-version",
        "source",
        "The source's version is one this is proven on",
        "13 to 18; older fails, newer warns",
    ),
    Entry("source-is-primary", "source", "The source is no standby", "not in recovery; else fail"),
    Entry("wal-level", "source", "The WAL can be decoded", "wal_level = logical; else fail"),
    Entry(
        "replication-slots",
        "source",
        "A replication slot is free for each task",
        "2 free, max_replication_slots over 1; else fail",
    ),
    Entry(
        "wal-senders",
        "source",
        "A WAL sender is free for each task",
        "2 free, max_wal_senders over 1; else fail",
    ),
    Entry(
        "wal-sender-timeout",
        "source",
        "Slow readers of the WAL are not cut off",
        "0, or 10 s (below: fail) to 5 min (above: warn)",
    ),
    Entry(
        "slot-wal-limit",
        "source",
        "A slot that is behind is kept",
        "max_slot_wal_keep_size = -1; else warn",
    ),
    Entry(
        "idle-slot-timeout",
        "source",
        "The slot of a paused task is kept",
        "idle_replication_slot_timeout = 0; else warn",
    ),
    Entry(
        "decoding-memory",
        "source",
        "Decoding has memory",
        "logical_decoding_work_mem 64 MB; below: warn",
    ),
    Entry(
        "test-decoding",
        "source",
        "The output plug-in test_decoding is installed",
        "file is there; else fail",
    ),
    Entry(
        "session-timeouts",
        "source",
        "No timeout ends the sessions of DMS",
        "statement, idle-in-transaction, transaction timeouts 0 for its role; else warn",
    ),
    Entry(
        "source-connections",
        "source",
        "Connections are free for DMS and the cutover",
        "20 free; below: warn, below 5: fail",
    ),
    Entry(
        "lock-room",
        "source",
        "The lock table has room for the gate",
        "tables + sequences <= max_locks_per_transaction x connections; else fail",
    ),
    Entry("prepared-transactions", "source", "No transaction is left prepared", "0; else fail"),
    Entry(
        "long-transactions",
        "source",
        "No transaction has been open for long",
        "5 min: warn, 1 h: fail",
    ),
    Entry(
        "transaction-id-age",
        "source",
        "Transaction ids are far from their end",
        "age 500 million: warn, 1.5 thousand million: fail",
    ),
    Entry(
        "leftover-slots",
        "source",
        "No slot is left that nobody reads",
        "no inactive slot; else warn; one that is lost: warn",
    ),
    Entry(
        "source-encoding",
        "source",
        "The source's encoding is a real one",
        "not SQL_ASCII; else fail",
    ),
    Entry(
        "collation-version",
        "source",
        "Indexes fit the collations of the operating system",
        "recorded version = actual; else warn",
    ),
    Entry(
        "source-tls",
        "source",
        "The source speaks TLS where the settings ask for it",
        "ssl on unless ssl_mode = none; else fail (settings)",
    ),
    Entry(
        "access-rules",
        "source",
        "pg_hba.conf lets DMS in",
        "a host rule for another address than loopback, no broken line; else warn",
    ),
    Entry(
        "read-only-defaults",
        "source",
        "Nobody sets default_transaction_read_only",
        "no role, database or server; else warn",
    ),
    Entry(
        "replica-role-defaults",
        "source",
        "No application writes as a replica",
        "no role or database with session_replication_role = replica; else fail",
    ),
    Entry(
        "superuser-sessions",
        "source",
        "The application is no superuser",
        "no session of a superuser; else warn",
    ),
    # Its roles.
    Entry(
        "replication-privilege",
        "source",
        "The role of DMS may replicate",
        "REPLICATION, superuser or rds_replication; else fail",
    ),
    Entry(
        "schema-privileges", "source", "The role of DMS may use every schema", "USAGE; else fail"
    ),
    Entry(
        "table-privileges", "source", "The role of DMS may read every table", "SELECT; else fail"
    ),
    Entry(
        "sequence-privileges",
        "source",
        "The cutover may read every sequence",
        "SELECT for its role; else fail",
    ),
    Entry(
        "table-owners",
        "source",
        "The cutover owns every table by membership",
        "its role is a member of each owner; else fail",
    ),
    Entry(
        "watching-privileges",
        "source",
        "The cutover sees and may end sessions",
        "pg_read_all_stats and pg_signal_backend; else fail",
    ),
    Entry(
        "freeze-privilege",
        "source",
        "The cutover can freeze schema changes",
        "superuser, rds_superuser or the triggers made beforehand; else warn",
    ),
    # Its tables.
    Entry("tables-to-move", "source", "There is a table to move", "at least 1; else fail"),
    Entry(
        "tables-without-key",
        "source",
        "Every table has a primary key",
        "none without primary key and replica identity; else fail",
    ),
    Entry(
        "identity-without-primary-key",
        "source",
        "No table relies on another identity than a primary key",
        "none with REPLICA IDENTITY FULL or USING INDEX and no primary key; else warn",
    ),
    Entry(
        "replica-identity-nothing",
        "source",
        "No table hides the old row",
        "none with REPLICA IDENTITY NOTHING; else fail",
    ),
    Entry(
        "replica-identity-full",
        "source",
        "No table writes whole old rows to the WAL",
        "none with a primary key and REPLICA IDENTITY FULL; else warn",
    ),
    Entry(
        "replica-identity-broken",
        "source",
        "Every replica identity has its index",
        "none USING INDEX without a valid index; else fail",
    ),
    Entry("deferrable-primary-keys", "source", "No primary key is deferrable", "none; else fail"),
    Entry(
        "deferrable-constraints",
        "source",
        "No unique or foreign key is deferrable",
        "none; else warn",
    ),
    Entry(
        "key-updates",
        "source",
        "Primary keys do not change",
        "no foreign key ON UPDATE CASCADE, SET NULL or SET DEFAULT; else warn",
    ),
    Entry(
        "key-columns-not-validated",
        "source",
        "DMS can validate by every primary key",
        "no key column of a LOB type or of 1024 characters and more; else warn",
    ),
    Entry("invalid-indexes", "source", "Every index is valid", "none invalid; else warn"),
    Entry(
        "unique-expressions",
        "source",
        "No unique index is partial or on an expression",
        "none; else warn",
    ),
    Entry(
        "not-valid-constraints",
        "source",
        "Every constraint is validated",
        "none NOT VALID; else warn",
    ),
    Entry("unlogged-tables", "source", "Every table is in the WAL", "none unlogged; else fail"),
    Entry(
        "partitioned-tables",
        "source",
        "Partitions are mapped on purpose",
        "none partitioned; else warn",
    ),
    Entry(
        "inherited-tables",
        "source",
        "No table inherits from another",
        "none but partitions; else warn",
    ),
    Entry("case-twins", "source", "No two tables differ only by case", "none; else fail"),
    Entry(
        "awkward-names",
        "source",
        "Names need no escape in a table mapping",
        "no %, [, ], . or double quote in schema, table or column; else warn",
    ),
    # Its columns.
    Entry(
        "unconstrained-numeric",
        "source",
        "Every NUMERIC has a precision",
        "none without; else warn, fail where statistics show more than 6 decimals",
    ),
    Entry(
        "wide-numeric",
        "source",
        "No NUMERIC is wider than DMS carries",
        "precision up to 38; else warn",
    ),
    Entry(
        "lob-without-key",
        "source",
        "Tables with large values have a primary key",
        "no LOB-class column without one; else fail",
    ),
    Entry(
        "lob-size",
        "source",
        "Large values stay below the limit of the task",
        "mean width in the statistics <= lob_max_kilobytes; else fail",
    ),
    Entry(
        "lob-not-null",
        "source",
        "Large values may be null where DMS writes them last",
        "no NOT NULL LOB-class column in full LOB mode; else warn",
    ),
    Entry(
        "array-without-key",
        "source",
        "Tables with arrays have a primary key",
        "none without; else fail",
    ),
    Entry(
        "generated-columns",
        "source",
        "Generated columns are taken out of the stream",
        "none (without settings: warn), each in source.generated_columns (with: fail)",
    ),
    Entry(
        "identity-always",
        "source",
        "Identity columns take the value that DMS brings",
        "none GENERATED ALWAYS AS IDENTITY; else warn",
    ),
    Entry(
        "user-defined-types",
        "source",
        "Columns have types that DMS knows",
        "no column of an enum, domain, composite or range made by a user; else warn",
    ),
    Entry(
        "extension-types",
        "source",
        "Columns have types that DMS carries",
        "no column of an extension's type but citext and hstore; else warn",
    ),
    Entry(
        "exotic-types",
        "source",
        "No column has a type that DMS does not list",
        "no txid_snapshot, pg_snapshot, pg_lsn, reg*, xid, tid, jsonpath, ...; else warn",
    ),
    Entry(
        "infinite-values",
        "source",
        "No date or time is infinite",
        "none in the statistics; else warn",
    ),
    Entry(
        "large-objects",
        "source",
        "There are no large objects",
        "0, else fail (warn with large_objects_unused)",
    ),
    Entry(
        "large-object-columns",
        "source",
        "No column points at a large object",
        "none of type oid or lo; else warn",
    ),
    # Its other objects.
    Entry(
        "row-level-security",
        "source",
        "Row-level security hides no row from DMS",
        "no such table; else warn (the role bypasses it) or fail (it does not)",
    ),
    Entry(
        "always-triggers",
        "source",
        "No trigger fires for replication",
        "none ENABLE ALWAYS or REPLICA; else fail",
    ),
    Entry(
        "rules", "source", "No rule rewrites writes", "none on INSERT, UPDATE, DELETE; else warn"
    ),
    Entry(
        "event-triggers",
        "source",
        "No event trigger reacts to schema changes",
        "none enabled but the cutover's; else warn",
    ),
    Entry(
        "sequences-near-end",
        "source",
        "Sequences have room for the margin",
        "no sequence beyond 80 % or within the margin; else warn; exhausted: fail",
    ),
    Entry(
        "materialized-views",
        "source",
        "Materialized views are known",
        "none; else warn: refresh them on the target",
    ),
    Entry("foreign-tables", "source", "No table is on another server", "none; else warn"),
    Entry("tablespaces", "source", "Nothing is in a tablespace of its own", "none; else warn"),
    Entry(
        "functions-in-c",
        "source",
        "No function is in C or internal",
        "none outside extensions; else fail",
    ),
    Entry(
        "languages",
        "source",
        "Functions are in languages that Aurora has",
        "plpgsql, sql, plperl, pltcl, plv8, ...; else fail",
    ),
    Entry(
        "user-collations",
        "source",
        "Collations of one's own are known",
        "no column with a user's or nondeterministic collation; else warn",
    ),
    Entry(
        "scheduled-jobs",
        "source",
        "No scheduler runs inside the database",
        "no cron.job, pgagent.pga_job; else warn",
    ),
    Entry(
        "publications-for-all",
        "source",
        "No publication is for all tables",
        "none; else warn, fail where a table lacks an identity",
    ),
    Entry(
        "source-is-subscriber",
        "source",
        "The source itself receives no replication",
        "no subscription; else warn",
    ),
    Entry(
        "dms-leftovers",
        "source",
        "Nothing of an earlier DMS task is left",
        "no awsdms_* object outside awsdms_control; else warn",
    ),
    # The target.
    Entry("target-connection", "target", "The target answers", "answers within 5 s; else unknown"),
    Entry(
        "two-databases",
        "target",
        "Source and target are two databases",
        "another server or another name; else fail",
    ),
    Entry(
        "target-version",
        "target",
        "The target is not older than the source",
        "major >= the source's; else warn",
    ),
    Entry(
        "target-writable",
        "target",
        "The target takes writes",
        "no standby, not read-only by default; else fail",
    ),
    Entry("target-encoding", "target", "Both databases have one encoding", "equal; else fail"),
    Entry(
        "target-collation",
        "target",
        "Both databases sort alike",
        "collation, ctype and provider equal; else warn",
    ),
    Entry(
        "target-tables-empty",
        "target",
        "The target's tables are empty before the load",
        "no row in any, unless replication has begun; else fail",
    ),
    Entry(
        "target-tables-missing",
        "target",
        "The target has every table",
        "all, or none yet; else fail",
    ),
    Entry(
        "target-columns",
        "target",
        "Columns are the same on both sides",
        "name, type, NOT NULL equal for every table that both have; else fail",
    ),
    Entry(
        "target-identity-always",
        "target",
        "The target's identity columns take given values",
        "none GENERATED ALWAYS; else fail",
    ),
    Entry(
        "target-foreign-keys",
        "target",
        "No foreign key is in the way of the load",
        "none; else warn",
    ),
    Entry(
        "target-indexes", "target", "No secondary index slows the load", "none but keys; else warn"
    ),
    Entry(
        "target-triggers",
        "target",
        "No trigger fires for replication on the target",
        "none ENABLE ALWAYS or REPLICA; else fail",
    ),
    Entry(
        "target-replica-role",
        "target",
        "The role of DMS may apply without triggers",
        "may set session_replication_role; else fail",
    ),
    Entry(
        "target-table-privileges",
        "target",
        "The role of DMS may write every table",
        "SELECT, INSERT, UPDATE, DELETE; else fail",
    ),
    Entry(
        "target-wal-level",
        "target",
        "The target's WAL can be decoded for the way back",
        "wal_level = logical; else fail (without settings: warn)",
    ),
    Entry(
        "target-slots",
        "target",
        "The target has room for the slot of the way back",
        "1 slot and 1 WAL sender free; else fail",
    ),
    Entry(
        "target-leftover-slots",
        "target",
        "No slot is left on the target that nobody reads",
        "no inactive slot; else warn",
    ),
    Entry(
        "target-connections",
        "target",
        "The target takes as many connections as the source",
        "max_connections >= the source's, 20 free; else warn",
    ),
    Entry(
        "target-lock-room",
        "target",
        "The target's lock table has room for the gate",
        "as on the source; else fail",
    ),
    Entry(
        "target-timeouts",
        "target",
        "No timeout ends the sessions of DMS on the target",
        "as session-timeouts; else warn",
    ),
    Entry(
        "extensions-available",
        "target",
        "The target has every extension",
        "each of the source's is available; else fail",
    ),
    Entry(
        "extension-versions",
        "target",
        "The target's extensions are not older",
        "default version >= the source's; else warn",
    ),
    Entry(
        "roles-on-target",
        "target",
        "Owners and grantees exist on the target",
        "every role that owns or holds a grant; else warn",
    ),
    Entry(
        "parameters",
        "target",
        "Parameters that change results are equal",
        "TimeZone, DateStyle, IntervalStyle, ...; else warn",
    ),
    # Settings.
    Entry(
        "settings-database",
        "settings",
        "The settings name the databases that are asked",
        "source.database and database.name; else warn",
    ),
    Entry(
        "settings-schemas", "settings", "Every schema of the settings has tables", "all; else fail"
    ),
    Entry(
        "settings-excluded-tables",
        "settings",
        "Every table that stays behind exists",
        "all; else fail",
    ),
    Entry(
        "settings-generated-columns",
        "settings",
        "Every generated column of the settings is one",
        "all; else fail",
    ),
    Entry(
        "references-left-behind",
        "settings",
        "No foreign key leads to a table that stays behind",
        "none; else fail",
    ),
    Entry(
        "settings-fence",
        "settings",
        "The stronger fence is used",
        "cutover.fence = trigger; else warn",
    ),
    Entry(
        "settings-record-ttl",
        "settings",
        "Names are kept for seconds only",
        "cutover.record_ttl_seconds <= 5; else warn",
    ),
    Entry(
        "settings-server-identity",
        "settings",
        "Connections check whom they speak to",
        "source.ssl_mode verify-ca or verify-full, dms.target_ca_certificate set; else warn",
    ),
    Entry(
        "settings-load-capacity",
        "settings",
        "The target is large enough for the load",
        "full_load, or max_capacity over 2; else warn",
    ),
    Entry(
        "settings-protection",
        "settings",
        "The target's data can't be deleted by accident",
        "database.deletion_protection; else warn",
    ),
    Entry("settings-emails", "settings", "Somebody is told", "at least one address; else warn"),
    # DMS, asked by API.
    Entry(
        "dms-instance",
        "dms",
        "The replication instance is available",
        "status available; else fail",
    ),
    Entry(
        "dms-engine-version",
        "dms",
        "DMS knows the source's version",
        "3.5.4 for PostgreSQL 17 and 18, else 3.5.3; else fail",
    ),
    Entry(
        "dms-instance-private",
        "dms",
        "The replication instance is private",
        "not publicly accessible; else warn",
    ),
    Entry(
        "dms-connections",
        "dms",
        "DMS reaches both databases",
        "last test of each endpoint successful; failed: fail, not tested: warn",
    ),
    Entry(
        "dms-source-endpoint",
        "dms",
        "DMS reads as the cutover needs it",
        "test_decoding, heartbeat on, no DDL capture, fails on truncation; else fail",
    ),
    Entry(
        "dms-target-endpoint",
        "dms",
        "DMS applies without triggers",
        "AfterConnectScript sets session_replication_role; else fail",
    ),
    Entry("dms-endpoint-tls", "dms", "DMS encrypts", "SslMode not none; else fail"),
    Entry(
        "dms-task",
        "dms",
        "The task can be started",
        "ready, stopped or running, no failure; else fail",
    ),
    Entry(
        "dms-batch-apply",
        "dms",
        "Changes arrive in the order of their commits",
        "BatchApplyEnabled false; else fail",
    ),
    Entry(
        "dms-table-preparation",
        "dms",
        "DMS neither drops nor empties tables",
        "DO_NOTHING; else fail",
    ),
    Entry(
        "dms-lob-mode",
        "dms",
        "Large values arrive whole",
        "one LOB mode, limits within DMS's; else fail",
    ),
    Entry(
        "dms-error-policies",
        "dms",
        "Errors stop the task",
        "no policy but STOP_TASK, no table captured is an error; else fail",
    ),
    Entry(
        "dms-validation", "dms", "DMS validates", "EnableValidation, whole large values; else warn"
    ),
    Entry(
        "dms-control-schema",
        "dms",
        "DMS's tables are in a schema of their own",
        "ControlSchema set; else warn",
    ),
    Entry("dms-logging", "dms", "DMS logs", "EnableLogging; else warn"),
    Entry(
        "dms-table-mappings",
        "dms",
        "The mapping has every table and only these",
        "its schemas are the settings', no bare _ or % in a name; else fail",
    ),
    Entry(
        "dms-assessment",
        "dms",
        "The premigration assessment has no complaint",
        "last run passed; warning or none: warn, failed: fail",
    ),
    Entry(
        "aurora-cluster", "dms", "The target cluster is available", "status available; else fail"
    ),
    Entry(
        "aurora-backups",
        "dms",
        "The target can be restored for 72 hours",
        "BackupRetentionPeriod >= 3 days; else fail",
    ),
    # Names, asked of Route 53.
    Entry(
        "names-zone",
        "names",
        "The zone of the names exists",
        "one private zone with a VPC; else fail",
    ),
    Entry(
        "names-records",
        "names",
        "Both names have a record for each side",
        "ro and rw, each weighted, 2 records; else fail",
    ),
    Entry(
        "names-weights",
        "names",
        "All names lead to the source",
        "the target's weight 0, the source's over 0; else fail",
    ),
    Entry(
        "names-ttl", "names", "Clients ask again soon", "TTL <= 5 s; above: warn, above 60 s: fail"
    ),
    Entry(
        "names-health-checks",
        "names",
        "Only the cutover moves names",
        "no health check on the records; else fail",
    ),
)
"""In the order in which they are shown."""

NOT_FROM_SQL: Final = (
    "how much room the disk of the source has left for WAL that a slot keeps",
    "how long the longest value of a column is, without reading the whole table",
    "whether the application changes primary keys, truncates tables or changes the schema during the migration",
    "whether clients honour the time to live of names, and whether pools connect again",
    "whether DMS reaches the server: its own test of the connection tells",
    "how fast DMS applies, and whether it keeps up with the busiest hour",
    "which values DMS rounds, truncates or refuses, other than by comparing both sides after the load",
    "what extensions and parameters Aurora refuses to set: only the target's own answer tells",
)
"""Facts about an engine or an application that no query tells."""
