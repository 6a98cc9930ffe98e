"""What a copy of the schema tells while it runs, and leaves when it has ended: objects of a bucket."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cutover.adapters.aws import error_code, translated
from cutover.errors import ServiceUnavailable
from cutover.jsonable import jsonable, restored
from cutover.observations import SchemaPart, SchemaProgress
from cutover.schema.report import report_key

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class SchemaReports:
    """Both ends of it: who copies tells, who waits is told. Raises ServiceUnavailable."""

    def __init__(self, client: S3Client, *, bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def keep(self, run: str, part: SchemaPart, report: dict[str, Any]) -> str:
        """Keeps the report; returns where it is."""
        key = report_key(run, part)
        self._put(key, report)
        return f"s3://{self._bucket}/{key}"

    def tell(self, run: str, progress: SchemaProgress) -> None:
        """In place of what was told before."""
        self._put(report_key(run, progress.part, what="progress"), jsonable(progress))

    def told(self, run: str, part: SchemaPart) -> SchemaProgress | None:
        """The newest; None where nothing was told yet."""
        key = report_key(run, part, what="progress")
        try:
            with translated(f"reading {key}"):
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
                text = answer["Body"].read()
        except ServiceUnavailable as error:
            cause = error.__cause__
            if isinstance(cause, ClientError) and error_code(cause) == "NoSuchKey":
                return None
            raise
        return restored(SchemaProgress, json.loads(text))

    def _put(self, key: str, value: dict[str, Any]) -> None:
        with translated(f"storing {key}"):
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=json.dumps(value, ensure_ascii=False).encode(),
                ContentType="application/json",
                # A bucket with Object Lock takes nothing without a checksum.
                ChecksumAlgorithm="SHA256",
            )
