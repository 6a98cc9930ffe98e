"""A schema that is copied by the programs of this very machine."""

from __future__ import annotations

import json
import threading
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from cutover.adapters.postgres_copy import PostgresSource, PostgresTarget
from cutover.errors import BadInput, ProgramsMissing, SchemaCopyFailed, SchemaCopyRefused
from cutover.observations import SchemaPart, SchemaProgress
from cutover.ports import CertificateStore
from cutover.schema.archive import Section
from cutover.schema.copy import Options, Progress, copied
from cutover.schema.report import copied_json, judged, report_key, under_way

PATIENCE: Final = timedelta(seconds=20)
"""How long a call waits for the end: most schemas are copied within, and no function is that short."""
ENDED: Final = (BadInput, ProgramsMissing, SchemaCopyFailed, SchemaCopyRefused)
"""What the same try would end in again; all else may pass, and is raised."""


@dataclass
class _Copying:
    """One part, in a thread of its own."""

    end: Future[SchemaProgress] = field(default_factory=Future)
    progress: Progress | None = None


class SchemaHere:
    """cutover.ports.SchemaCopy in a thread of this process: where it ends, the next one begins anew and goes on."""

    def __init__(
        self,
        *,
        source_dsn: str,
        target_dsn: str,
        options: Options,
        keep: CertificateStore,
        programs: Path | None = None,
        jobs: int = 1,
        patience: timedelta = PATIENCE,
    ) -> None:
        """keep: where the report of each part goes."""
        self._source = PostgresSource(source_dsn, target=target_dsn, programs=programs)
        self._target = PostgresTarget(target_dsn, jobs=jobs)
        self._options, self._keep, self._patience = options, keep, patience
        self._begun: dict[tuple[str, SchemaPart], _Copying] = {}

    def pre_data(self, run: str) -> SchemaProgress:
        return self._part(run, SchemaPart.PRE_DATA)

    def post_data(self, run: str) -> SchemaProgress:
        return self._part(run, SchemaPart.POST_DATA)

    def _part(self, run: str, part: SchemaPart) -> SchemaProgress:
        copying = self._begun.get((run, part))
        if copying is None:
            copying = self._begun[run, part] = _Copying()
            threading.Thread(target=self._copy, args=[copying, run, part], daemon=True).start()
        wait([copying.end], self._patience.total_seconds())
        if not copying.end.done():
            return under_way(part, copying.progress)
        try:
            return copying.end.result()
        except (
            ENDED
        ) as error:  # before the line: what was made stays, and a new run goes on from there
            return SchemaProgress(part=part, complete=False, failure=str(error))
        except Exception:  # before the line: it may pass, so the next call begins anew
            del self._begun[run, part]
            raise

    def _copy(self, copying: _Copying, run: str, part: SchemaPart) -> None:
        def watch(progress: Progress) -> None:
            copying.progress = progress

        try:
            result = copied(Section(part.value), self._source, self._target, self._options, watch)
            key = report_key(run, part)
            self._keep.put(key, json.dumps(copied_json(result), ensure_ascii=False))
            copying.end.set_result(judged(result, place=key))
        except (
            BaseException
        ) as error:  # on neither side of the line: it is raised where it is waited for
            copying.end.set_exception(error)
