"""A copy that is stopped, or finds something in its way, never leaves a half that looks like a whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cutover.adapters.postgres_copy import PostgresSource, PostgresTarget
from cutover.errors import BadInput, ProgramsMissing, SchemaCopyFailed, SchemaCopyRefused
from cutover.schema.archive import Entry, Section
from cutover.schema.copy import Archive, Options, Progress, copied
from cutover.schema.difference import Outcome
from cutover.schema.statements import Statement
from rehearsal.servers.installation import Installation
from tests.postgres.versions import Place, Servers
from tests.schema_copy.planted import NEWEST, copy, dsn, empty, fill, inventory, load, plan, run

pytestmark = pytest.mark.postgres


class Stopped(Exception):
    """In the tests only: the operator's Ctrl-C, at a chosen place."""


class StoppingTarget(PostgresTarget):
    """Stops once so many objects are made, or in front of the first statement that comes after them."""

    def __init__(self, dsn: str, *, after: int | None) -> None:
        super().__init__(dsn)
        self.after = after

    def restore(self, archive: Archive, entries: tuple[Entry, ...]) -> Iterator[str]:
        for made, what in enumerate(super().restore(archive, entries), start=1):
            yield what
            if made == self.after:
                raise Stopped

    def run(self, statements: tuple[Statement, ...]) -> Iterator[str]:
        raise Stopped


@pytest.mark.parametrize("section", Section)
@pytest.mark.parametrize("after", [1, 12, 25, None])
def test_it_goes_on_where_it_was_stopped(
    servers: Servers, planted: Place, section: Section, after: int | None
) -> None:
    with empty(servers) as target:
        if section is Section.POST_DATA:
            copy(Section.PRE_DATA, planted, target)
            load(planted, target)
        source = PostgresSource(dsn(planted), target=dsn(target))
        with pytest.raises(Stopped):
            copied(section, source, StoppingTarget(dsn(target), after=after), Options(roles={}))
        whole = len(plan(section, planted, target).restore.restore)
        seen: list[Progress] = []
        done = copied(section, source, PostgresTarget(dsn(target)), Options(roles={}), seen.append)
        assert done.there >= (after or 25) - 5
        assert done.made == whole
        restored = seen[: done.made]
        assert [each.done for each in restored] == list(range(1, whole + 1))
        assert {each.of for each in restored} == {whole}
        if section is Section.PRE_DATA:
            load(planted, target)
            done = copy(Section.POST_DATA, planted, target)
        assert done.comparison.outcome is Outcome.EXPLAINED


def test_what_cant_be_made_stops_it_with_the_entry_and_the_servers_words(
    servers: Servers, planted: Place
) -> None:
    with empty(servers) as target:
        run(target, "create schema app; create domain app.base as int")
        with pytest.raises(SchemaCopyFailed) as stopped:
            copy(Section.PRE_DATA, planted, target)
        told = str(stopped.value)
        assert "TABLE base" in told
        assert 'type "base" already exists' in told
        assert "CREATE TABLE" not in told
        assert "run the same command again, it goes on from here" in told
        # Without the cause it goes on; what is in the way still is told.
        run(target, "drop domain app.base")
        assert copy(Section.PRE_DATA, planted, target).comparison.outcome is Outcome.EXPLAINED


def test_a_table_that_is_there_and_otherwise_is_refused_before_anything_is_made(
    servers: Servers, planted: Place
) -> None:
    with empty(servers) as target:
        run(target, "create schema app; create table app.base (id bigint primary key, note text)")
        before = inventory(target)
        with pytest.raises(SchemaCopyRefused, match=r"column app\.base\.id: type is 'integer' on"):
            copy(Section.PRE_DATA, planted, target)
        assert inventory(target) == before


def test_post_data_does_not_begin_before_pre_data(servers: Servers, planted: Place) -> None:
    with empty(servers) as target:
        with pytest.raises(SchemaCopyRefused, match="run `cutover schema pre-data`"):
            copy(Section.POST_DATA, planted, target)
        assert inventory(target).counts().get("table") is None


def test_a_column_that_came_since_pre_data_is_told_before_post_data_begins(
    servers: Servers,
) -> None:
    with servers.place(NEWEST, "planted", fill) as source, empty(servers) as target:
        copy(Section.PRE_DATA, source, target)
        run(source, "alter table app.whole add late text")
        before = inventory(target)
        with pytest.raises(
            SchemaCopyRefused, match=r"column app\.whole\.late is not there on the target"
        ):
            copy(Section.POST_DATA, source, target)
        assert inventory(target) == before


def test_keys_can_be_left_for_the_end(servers: Servers, planted: Place) -> None:
    with empty(servers) as target:
        late = Options(roles={}, keys_first=False)
        first = copy(Section.PRE_DATA, planted, target, options=late)
        assert first.comparison.outcome is Outcome.EXPLAINED
        assert inventory(target).counts().get("index") is None
        load(planted, target)
        assert copy(Section.POST_DATA, planted, target).comparison.outcome is Outcome.EXPLAINED


def test_a_plan_acts_on_neither_side(servers: Servers, planted: Place) -> None:
    with empty(servers) as target:
        before = inventory(planted), inventory(target)
        found = plan(Section.PRE_DATA, planted, target)
        assert (inventory(planted), inventory(target)) == before
        assert found.restore.blockers == ()
        assert {"TABLE app base postgres", "CONSTRAINT app base base_pkey postgres"} <= {
            str(entry) for entry in found.restore.restore
        }
        assert 'ALTER TABLE app.customers OWNER TO "app_owner"' in {
            each.sql for each in found.statements
        }


def test_a_target_that_does_not_understand_the_programs_is_told(servers: Servers) -> None:
    """pg_restore from 17 on says SET transaction_timeout, which a server of 16 does not know."""
    with (
        servers.place(13, "simple", lambda place: run(place, "create table t ()")) as source,
        empty(servers, major=16) as target,
        pytest.raises(ProgramsMissing, match="of version 13 to 16"),
    ):
        copied(
            Section.PRE_DATA,
            PostgresSource(dsn(source), target=dsn(target), programs=Installation.find().binaries),
            PostgresTarget(dsn(target)),
            Options(roles={}),
        )


def test_a_passphrase_never_stands_on_a_command_line(servers: Servers, planted: Place) -> None:
    with empty(servers) as target, pytest.raises(BadInput, match="sslpassword"):
        copied(
            Section.PRE_DATA,
            PostgresSource(f"{dsn(planted)} sslpassword=x", target=dsn(target)),
            PostgresTarget(dsn(target)),
            Options(roles={}),
        )
