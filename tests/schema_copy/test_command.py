"""The command: what it prints, and with which exit status it ends."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cutover.adapters.postgres import Address, PostgresDatabase
from cutover.cli.main import app
from cutover.errors import BadInput
from cutover.schema.inventory import Kind
from tests.postgres.versions import Place, Servers
from tests.schema_copy.planted import dsn, empty, inventory, load, make_roles, run
from tests.schema_copy.test_rights import application_of, fill_application, login, roles_of

pytestmark = pytest.mark.postgres


def command(*words: str) -> Any:
    return CliRunner().invoke(app, ["schema", *words])


def both(source: Place, target: Place) -> tuple[str, ...]:
    return ("--source-dsn", dsn(source), "--target-dsn", dsn(target))


def test_from_an_empty_target_to_a_whole_one(servers: Servers) -> None:
    with (
        servers.place(15, "application", fill_application) as source,
        empty(servers) as target,
    ):
        run(target, "create table if not exists public.awsdms_validation_failures_v1 (id int)")
        sides = both(source, target)
        missing = command("diff", *sides, "--json")
        assert missing.exit_code == 1
        told = json.loads(missing.stdout)
        assert told["verdict"] == "different"
        assert {
            "kind": "table",
            "name": "app.customers",
            "change": "missing",
            "fact": "",
            "source": None,
            "target": None,
            "reason": "",
        } in told["differences"]
        assert set(told["reasons"]) == {each["reason"] for each in told["differences"]} - {""}

        plan = command("pre-data", *sides, "--plan")
        assert plan.exit_code == 0
        assert "TABLE app customers app_owner" in plan.stdout
        assert inventory(target).counts().get("schema") == 1

        before = command("pre-data", *sides)
        assert before.exit_code == 0
        load(source, target)
        after = command("post-data", *sides, "--json", "--jobs", "2")
        assert after.exit_code == 0
        result = json.loads(after.stdout)
        assert (result["section"], result["refused"]) == ("post-data", [])
        assert result["comparison"]["verdict"] == "explained"
        assert [note["about"] for note in result["notes"]] == ["identity columns"]

        found = command("diff", *sides)
        assert found.exit_code == 0
        assert found.stdout.startswith("EXPLAINED: every difference has a named reason")
        assert "identity-by-default: " in found.stdout
        assert (
            "table public.awsdms_validation_failures_v1 is not there on the source" in found.stdout
        )
        for text in (plan.stdout, before.stdout, found.stdout):
            assert max(len(line) for line in text.splitlines()) <= 80
            assert target.server.password not in text


def test_what_is_not_known_has_an_exit_status_of_its_own(servers: Servers) -> None:
    with servers.place(15, "application", fill_application) as one:
        login(one, "looker")
        run(one, "revoke select on pg_catalog.pg_policy from public")
        words = ("--source-dsn", dsn(one), "--target-dsn", dsn(one, user="looker"))
        result = command("diff", *words)
        assert result.exit_code == 3
        assert "permission denied for table pg_policy" in result.stdout
        assert json.loads(command("diff", *words, "--json").stdout)["verdict"] == "unknown"


def test_a_plan_that_could_not_begin_says_so_by_its_exit_status(servers: Servers) -> None:
    with (
        servers.place(15, "application", fill_application) as source,
        empty(servers) as target,
    ):
        run(target, "create schema app; create table app.orders (id text)")
        plan = command("pre-data", *both(source, target), "--plan", "--json")
        assert plan.exit_code == 1
        assert json.loads(plan.stdout)["verdict"] == "refused"
        assert any("app.orders.id" in each for each in json.loads(plan.stdout)["blockers"])


def test_an_owner_is_given_for_what_belongs_to_nobody_there(servers: Servers) -> None:
    with (
        servers.place(15, "commanded", application_of("commanded")) as source,
        empty(servers, major=17, roles=False) as target,
    ):
        make_roles(target, "owns_commanded", *roles_of("commanded")[1:])
        sides = (*both(source, target), "--owner", "owns_commanded")
        assert command("pre-data", *sides).exit_code == 0
        load(source, target)
        assert command("post-data", *sides).exit_code == 0
        tables = inventory(target).of_kind(Kind.TABLE)
        assert {each.text("owner") for each in tables} == {"owns_commanded"}


def test_a_role_is_given_as_two_names(servers: Servers, planted: Place) -> None:
    result = command("diff", *both(planted, planted), "--role", "app_owner")
    assert "give it as SOURCE=TARGET" in str(result.exception)


def test_what_was_changed_since_an_inventory_was_kept_is_told(
    servers: Servers, tmp_path: Path
) -> None:
    with servers.place(15, "application", fill_application) as place:
        kept = tmp_path / "inventory.json"
        kept.write_text(command("inventory", "--dsn", dsn(place)).stdout)
        words = ("since", str(kept), "--dsn", dsn(place))
        assert command(*words).exit_code == 0
        database = PostgresDatabase(Address.from_dsn(dsn(place)))
        database.install(hold=timedelta(0))
        database.close_gate()
        database.close()
        run(place, "alter table app.orders add note text")
        changed = command(*words)
        assert changed.exit_code == 1
        assert "schema cutover is not there then" in changed.stdout
        assert "trigger cutover_gate on app.customers is not there then" in changed.stdout
        assert "column app.orders.note is not there then" in changed.stdout
        told = json.loads(command(*words, "--json").stdout)
        assert {each["reason"] for each in told["differences"]} == {""}
        run(
            place,
            "drop schema cutover cascade; alter table app.orders drop note",
        )
        assert command(*words).exit_code == 0


def test_what_is_no_inventory_is_told(servers: Servers, planted: Place, tmp_path: Path) -> None:
    kept = tmp_path / "other.json"
    kept.write_text("{}")
    result = command("since", str(kept), "--dsn", dsn(planted))
    assert isinstance(result.exception, BadInput)
    assert "is no inventory" in str(result.exception)
