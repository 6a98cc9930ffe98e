"""The same checks as a function: by secrets, inside the VPC."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cutover.adapters.memory import MemoryCertificateStore, MemoryJournal
from cutover.adapters.postgres import Address
from cutover.errors import BadInput
from cutover.preflight.catalogue import CHECKS
from cutover.schema.inventory import Kind
from cutover.schema.stored import from_text
from cutover.steps.inventory import KEY
from lambdas import wiring
from lambdas.preflight import lambda_handler
from rehearsal.aws.invoker import InProcessContext
from tests.preflight.planted import CLEAN, COPIED
from tests.preflight.servers import Arena, as_application, run

pytestmark = pytest.mark.postgres

EXAMPLE = Path(__file__).resolve().parents[2] / "settings" / "example.toml"
CONTEXT: Any = InProcessContext(function_name="preflight")
ENVIRONMENT = {
    "JOURNAL_TABLE": "journal",
    "MIGRATION": "dev",
    "SOURCE_SECRET_ARN": "source",
    "TARGET_SECRET_ARN": "target",
    "DATABASE_SSLMODE": "require",
    "WAY_BACK_SLOTS": "{}",
    "SLOT_PLUGIN": "test_decoding",
    "REPLICATION_ROLES": "[]",
    "SOURCE_FENCE": '{"kind": "trigger"}',
    "CERTIFICATE_BUCKET": "certificates",
}


def event(**settings: dict[str, Any]) -> dict[str, Any]:
    document = tomllib.loads(EXAMPLE.read_text())
    return {
        "settings": {
            name: values
            for name, values in (document | settings).items()
            if isinstance(values, dict)
        }
    }


def test_the_function_asks_both_servers_and_no_api(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with arena.database("good") as source, arena.database("good") as target:
        run(source, as_application(CLEAN), "create table log (at timestamptz)")
        run(target, as_application(COPIED))
        servers = {"source": source, "target": target}
        monkeypatch.setattr(
            wiring,
            "read_address",
            lambda _client, *, secret_arn, sslmode: Address.from_dsn(
                f"{servers[secret_arn]} sslmode=disable"
            ),
        )
        store, journal = MemoryCertificateStore(), MemoryJournal()
        monkeypatch.setattr(wiring, "S3CertificateStore", lambda _client, *, bucket: store)
        monkeypatch.setattr(wiring, "_journal", lambda _told: journal)
        for made_once in (wiring.databases, wiring.inventories):
            made_once.cache_clear()
        told = lambda_handler(event(), CONTEXT)
        # What the source holds is kept beside it, once.
        kept = from_text(store.kept[KEY])
        assert kept.inventory.get(Kind.TABLE, "public.log") is not None
        run(source, "create table later (at timestamptz)")
        lambda_handler(event(), CONTEXT)
        assert from_text(store.kept[KEY]) == kept
        for made_once in (wiring.databases, wiring.inventories):
            made_once.cache_clear()
    assert json.loads(json.dumps(told)) == told
    checks = {check["id"]: check for check in told["checks"]}
    assert checks["tables-without-key"]["objects"][0].startswith("public.log")
    assert (
        checks["source-connection"]["verdict"] == checks["target-connection"]["verdict"] == "pass"
    )
    assert {each["id"] for each in told["not_asked"]} == {
        check.id for check in CHECKS if check.calls
    }


def test_settings_that_lack_something_are_refused() -> None:
    with pytest.raises(BadInput, match=r"traffic\.zone"):
        lambda_handler(event(traffic={}), CONTEXT)
