"""Certificates in a bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cutover.adapters.aws import error_code, translated
from cutover.errors import ServiceUnavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3CertificateStore:
    """cutover.ports.CertificateStore over one bucket."""

    def __init__(self, client: S3Client, *, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, text: str) -> str:
        try:
            with translated(f"storing {key}"):
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=text.encode(),
                    ContentType="application/json",
                    # A bucket with Object Lock takes nothing without a checksum.
                    ChecksumAlgorithm="SHA256",
                    IfNoneMatch="*",
                )
        except ServiceUnavailable as error:
            # After the line, and it changes nothing there: an earlier try had it stored.
            if not _is(error, "PreconditionFailed"):
                raise
            kept = self.get(key)
            if kept is None:
                raise
            return kept
        return text

    def get(self, key: str) -> str | None:
        try:
            with translated(f"reading {key}"):
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
                return answer["Body"].read().decode()
        except ServiceUnavailable as error:
            # Said so only to whoever may list the bucket; to others it is AccessDenied.
            if _is(error, "NoSuchKey"):
                return None
            raise


def _is(error: ServiceUnavailable, code: str) -> bool:
    cause = error.__cause__
    return isinstance(cause, ClientError) and error_code(cause) == code
