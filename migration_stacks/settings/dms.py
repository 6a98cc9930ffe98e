"""The section [dms]: the replication instance and its tasks."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, StrictBool, StrictInt, field_validator

from migration_stacks.settings.faults import fault
from migration_stacks.settings.types import Certificates, Section


class DmsSettings(Section):
    engine_version: Literal["3.6.1"] = Field("3.6.1", description="of the replication instance")
    instance_class: str = Field("dms.r5.large", description="of the replication instance")
    storage_gigabytes: StrictInt = Field(
        100, ge=20, le=6144, description="for changes that wait, and logs"
    )
    multi_az: StrictBool = Field(False, description="a standby in a second zone")
    create_service_roles: StrictBool = Field(
        True, description="dms-vpc-role and dms-cloudwatch-logs-role, once in an account"
    )
    lob_max_kilobytes: StrictInt = Field(
        1024, ge=1, le=102_400, description="a longer text, json or bytea stops the task"
    )
    full_load_tables: StrictInt = Field(
        8, ge=1, le=49, description="tables that are loaded side by side"
    )

    target_ca_certificate: Certificates = Field(
        "", description="a PEM file with the authority of the target's certificates"
    )

    @field_validator("instance_class")
    @classmethod
    def _of_dms(cls, value: str) -> str:
        if not re.fullmatch(r"dms\.[a-z0-9]+\.[a-z0-9]+", value):
            raise fault(
                f"is {value!r}; the classes of DMS begin with dms and have two more parts: write "
                "one such as dms.r5.large"
            )
        return value
