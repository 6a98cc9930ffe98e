"""Where the facts are from."""

from __future__ import annotations

from typing import Final

_POSTGRES: Final = "https://www.postgresql.org/docs/current/"
_DMS: Final = "https://docs.aws.amazon.com/dms/latest/userguide/"
_AURORA: Final = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/"

DMS_SOURCE: Final = _DMS + "CHAP_Source.PostgreSQL.html"
DMS_TARGET: Final = _DMS + "CHAP_Target.PostgreSQL.html"
DMS_ASSESSMENT: Final = _DMS + "CHAP_Tasks.AssessmentReport.PG.html"
DMS_LOBS: Final = _DMS + "CHAP_Tasks.LOBSupport.html"
DMS_TASK_SETTINGS: Final = _DMS + "CHAP_Tasks.CustomizingTasks.TaskSettings.html"
DMS_ERRORS: Final = _DMS + "CHAP_Tasks.CustomizingTasks.TaskSettings.ErrorHandling.html"
DMS_MAPPINGS: Final = (
    _DMS + "CHAP_Tasks.CustomizingTasks.TableMapping.SelectionTransformation.Wildcards.html"
)
DMS_VALIDATION: Final = _DMS + "CHAP_Validating.html"
DMS_INSTANCE: Final = _DMS + "CHAP_ReplicationInstance.html"
DMS_RELEASES: Final = _DMS + "CHAP_ReleaseNotes.html"
DMS_TLS: Final = _DMS + "CHAP_Security.SSL.html"

AURORA_LOGICAL: Final = _AURORA + "AuroraPostgreSQL.Replication.Logical.html"
AURORA_EXTENSIONS: Final = _AURORA + "AuroraPostgreSQL.Extensions.html"
AURORA_BACKUPS: Final = _AURORA + "Aurora.Managing.Backups.html"
AURORA_CAPACITY: Final = _AURORA + "aurora-serverless-v2.setting-capacity.html"

ROUTE53_WEIGHTED: Final = (
    "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-weighted.html"
)

GATE: Final = "docs/gate.md"
ROLES: Final = "docs/source-roles.sql"
SETTINGS: Final = "settings/example.toml"


def postgres(page: str) -> str:
    return f"{_POSTGRES}{page}"
