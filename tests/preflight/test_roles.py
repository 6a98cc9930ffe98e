"""The roles that `cutover roles` makes may ask everything that counts, and have every right that is looked for."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cutover.adapters.postgres_rights import rights_on_source, script
from cutover.preflight.catalogue import BY_ID
from cutover.preflight.check import Verdict
from cutover.preflight.source_roles import SOURCE_ROLES
from cutover.preflight.told import Told
from cutover.roles import RoleNames
from tests.postgres.versions import MAJORS, Place, Servers
from tests.preflight.planted import CLEAN, COPIED
from tests.preflight.servers import Arena, as_application, asked, run
from tests.preflight.test_planted import OF_DATABASES, of_superuser

pytestmark = pytest.mark.postgres

REPLICATION, CUTOVER = "migration_replication", "migration_cutover"
TOLD = Told(replication_role=REPLICATION, cutover_role=CUTOVER)


def fill(place: Place) -> None:
    run(of_superuser(place), as_application(CLEAN))


@pytest.mark.parametrize("major", MAJORS)
def test_as_the_cutovers_role_all_that_counts_is_verified(
    versions: Servers, arena: Arena, major: int
) -> None:
    with versions.place(major, "with_roles", fill) as place, arena.database("good") as target:
        run(target, as_application(COPIED))
        source = of_superuser(place)
        names = RoleNames(
            database=place.name, schemas=("public",), replication=REPLICATION, cutover=CUTOVER
        )
        run(source, script(rights_on_source(names), side="source", names=names))
        password = conninfo_to_dict(source)["password"]
        with psycopg.connect(source, autocommit=True) as session:
            session.execute(f"alter role {CUTOVER} password '{password}'".encode())
        report = asked(OF_DATABASES, TOLD, make_conninfo(source, user=CUTOVER), target)
        verdicts = {each.check.id: each.verdict for each in report.results}
    others = {name for name, verdict in verdicts.items() if verdict is not Verdict.PASS}
    # Only a superuser sees the server's files, and makes event triggers; both are told.
    assert others == {"test-decoding", "freeze-privilege"}
    assert report.verdict is Verdict.WARN
    rights = {check.id for check in SOURCE_ROLES} - {"freeze-privilege"}
    assert {verdicts[name] for name in rights} == {Verdict.PASS}
    assert not BY_ID["test-decoding"].counts
