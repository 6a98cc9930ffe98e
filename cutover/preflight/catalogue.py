"""Every check of the preflight, in the order in which they are shown, and what no query tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cutover.preflight.compared import COMPARED
from cutover.preflight.dms_checks import DMS_CHECKS
from cutover.preflight.dms_task_checks import DMS_TASK_CHECKS
from cutover.preflight.name_checks import NAME_CHECKS
from cutover.preflight.settings_checks import SETTINGS_CHECKS
from cutover.preflight.source_columns import SOURCE_COLUMNS
from cutover.preflight.source_objects import SOURCE_OBJECTS
from cutover.preflight.source_roles import SOURCE_ROLES
from cutover.preflight.source_server import SOURCE_SERVER
from cutover.preflight.source_sessions import SOURCE_SESSIONS
from cutover.preflight.source_tables import SOURCE_TABLES
from cutover.preflight.target_server import TARGET_SERVER
from cutover.preflight.target_tables import TARGET_TABLES

if TYPE_CHECKING:
    from cutover.preflight.check import Check

CHECKS: Final[tuple[Check, ...]] = (
    *SOURCE_SERVER,
    *SOURCE_SESSIONS,
    *SOURCE_ROLES,
    *SOURCE_TABLES,
    *SOURCE_COLUMNS,
    *SOURCE_OBJECTS,
    *TARGET_SERVER,
    *COMPARED,
    *TARGET_TABLES,
    *DMS_CHECKS,
    *DMS_TASK_CHECKS,
    *NAME_CHECKS,
    *SETTINGS_CHECKS,
)

BY_ID: Final = {check.id: check for check in CHECKS}

NOT_FROM_SQL: Final = (
    "how much room the source's disk has left for the WAL that a slot keeps",
    "how long the longest value of a column is, without reading the whole table",
    "whether the application changes primary keys, truncates tables or alters them during the migration",
    "whether clients honour the time to live of names, and whether their pools connect again",
    "whether DMS reaches a server: only its own test of the connection tells",
    "how fast DMS applies, and whether it keeps up with the busiest hour",
    "which values DMS rounds, cuts off or refuses: comparing both sides after the load tells",
    "which statements of the schema Aurora refuses: only making them there tells",
)
"""Facts about engines and applications; they are told with every result."""
