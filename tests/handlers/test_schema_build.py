"""What the build project runs: every end is told, and what may pass is tried again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from cutover.adapters.postgres import Address
from cutover.errors import DatabaseUnreachable, SchemaCopyFailed, ServiceUnavailable
from cutover.observations import SchemaPart, SchemaProgress
from cutover.schema.archive import Section
from cutover.schema.copy import Copied, Options, Progress
from cutover.schema.difference import Comparison
from lambdas import schema_build
from lambdas.environment import SchemaBuildEnvironment, read

TOLD = read(
    SchemaBuildEnvironment,
    {
        "SOURCE_SECRET_ARN": "source",
        "TARGET_SECRET_ARN": "target",
        "DATABASE_SSLMODE": "require",
        "APPLICATION_ROLE": "application",
        "SCHEMA_ROLES": '{"old": "new"}',
        "SCHEMA_JOBS": "3",
        "CERTIFICATE_BUCKET": "bucket",
        "SCHEMA_RUN": "run",
        "SCHEMA_PART": "post-data",
    },
)
COPIED = Copied(
    section=Section.POST_DATA,
    made=4,
    there=0,
    statements=0,
    left_out=(),
    refused=(),
    notes=(),
    comparison=Comparison(differences=(), compared=9),
)


@dataclass
class Reports:
    """In the place of the bucket."""

    deaf: bool = False
    progress: list[SchemaProgress] = field(default_factory=list)
    kept: list[dict[str, Any]] = field(default_factory=list)

    def tell(self, run: str, progress: SchemaProgress) -> None:
        assert run == "run"
        if self.deaf:
            raise ServiceUnavailable("S3 does not answer")
        self.progress.append(progress)

    def keep(self, run: str, part: SchemaPart, report: dict[str, Any]) -> str:
        self.kept.append(report)
        return f"s3://bucket/{run}/{part.value}"


def build(
    monkeypatch: pytest.MonkeyPatch,
    copied: Callable[..., Copied],
    reports: Reports | None = None,
) -> tuple[SchemaProgress, list[float]]:
    """What it comes to, and how long it waited."""

    def address(_client: Any, *, secret_arn: str, sslmode: str) -> Address:
        return Address(
            host=secret_arn, port=5432, dbname="d", username="u", password="p", sslmode=sslmode
        )

    waited: list[float] = []
    monkeypatch.setattr(schema_build, "read_address", address)
    monkeypatch.setattr(schema_build, "copied", copied)
    given: Any = reports or Reports()
    told = schema_build.copy(TOLD, given, wait=waited.append)
    return told, waited


def test_what_it_is_told_is_what_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []

    def copied(section: Section, source: Any, target: Any, options: Options, watch: Any) -> Copied:
        given.extend((section, source, target, options))
        for done in range(1, 4):
            watch(Progress(done=done, of=4, doing="INDEX a"))
        return COPIED

    reports = Reports()
    told, _ = build(monkeypatch, copied, reports)
    section, source, target, options = given
    assert section is Section.POST_DATA
    assert ("host=source" in source._dsn, "host=target" in target._dsn) == (True, True)
    assert target._jobs == 3
    assert options == Options(roles={"old": "new"}, owner="application", analyze=False)
    assert (told.complete, told.detail["place"]) == (True, "s3://bucket/run/post-data")
    assert [each.percent for each in reports.progress] == [25], "not at every object"
    assert reports.kept[0]["made"] == 4


def test_a_server_that_does_not_answer_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: Iterator[Any] = iter(
        [DatabaseUnreachable("no answer"), DatabaseUnreachable("no answer"), COPIED]
    )

    def copied(*_: Any) -> Copied:
        answer = next(tries)
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Copied)
        return answer

    told, waited = build(monkeypatch, copied)
    assert told.complete
    assert waited == [schema_build.WAIT] * 2


@pytest.mark.parametrize(
    ("error", "said", "tries"),
    [
        (DatabaseUnreachable("host: no answer"), "host: no answer", schema_build.TRIES),
        (SchemaCopyFailed("pg_restore ended with status 1"), "pg_restore ended with status 1", 1),
        (
            ValueError("password=secret"),
            "ValueError, which was not expected: see the build's log",
            1,
        ),
    ],
)
def test_every_end_is_told(
    monkeypatch: pytest.MonkeyPatch, error: Exception, said: str, tries: int
) -> None:
    def copied(*_: Any) -> Copied:
        raise error

    told, waited = build(monkeypatch, copied)
    assert (told.part, told.complete, told.failure) == (SchemaPart.POST_DATA, False, said)
    assert len(waited) == tries - 1


def test_a_progress_that_can_not_be_told_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def copied(*given: Any) -> Copied:
        given[-1](Progress(done=1, of=4, doing="INDEX a"))
        return COPIED

    assert build(monkeypatch, copied, Reports(deaf=True))[0].complete
