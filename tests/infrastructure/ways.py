"""The events that each function is called with, and the phase in which it must succeed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from cutover.journal import Phase
from cutover.schema.stored import Stored, as_text
from cutover.steps.inventory import KEY
from tests.handlers.test_handlers import BEFORE, EVENTS, EXECUTION
from tests.infrastructure.made import Made
from tests.infrastructure.recorder import HELD


def _roles_events(made: Made) -> list[dict[str, Any]]:
    resources = made.account.stacks.resources("cutover", "Custom::DatabaseRoles").values()
    return [
        {
            "RequestType": kind,
            "PhysicalResourceId": "any",
            "ResourceProperties": resource["Properties"],
        }
        for resource in resources
        for kind in ("Create", "Update", "Delete")
    ]


def event_of(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return loaded


def _event_of_a_recovery() -> dict[str, Any]:
    event = event_of("execution_aborted")
    event["detail"]["executionArn"] = f"{EXECUTION}-of-nobody"
    return event


def _records_events(made: Made) -> list[dict[str, Any]]:
    resources = made.account.stacks.resources("cutover", "Custom::WeightedRecords").values()
    events = []
    for resource in resources:
        told = {
            name: made.account.value(value) if isinstance(value, dict) else value
            for name, value in resource["Properties"].items()
        }
        for kind, properties in (
            ("Create", told),
            ("Update", told | {"Ttl": "60"}),
            ("Delete", told),
            ("Create", told),
        ):
            events.append(
                {
                    "RequestType": kind,
                    "PhysicalResourceId": "any",
                    "ResourceProperties": properties,
                }
            )
    return events


def _certificate(made: Made) -> list[dict[str, Any]]:
    """With one in the bucket that an earlier try left: both ways of the store are then gone."""
    event = event_of("store_certificate")
    bucket = made.account.environment("store_certificate")["CERTIFICATE_BUCKET"]
    name = event["lease"]["execution"].rpartition(":")[2]
    made.keep(bucket, f"certificates/{made.account.stacks.names.suffix}/{name}.json")
    return [event]


def _watch(made: Made) -> list[dict[str, Any]]:
    """Of a source that holds something else than it did: then it asks who has accepted that."""
    bucket = made.account.environment("watch_source")["CERTIFICATE_BUCKET"]
    before = Stored(taken_at=datetime.now(UTC), inventory=HELD)
    made.keep(bucket, KEY, as_text(before))
    return [event_of("watch_source")]


def _first(name: str, made: Made) -> list[dict[str, Any]]:
    """As before anybody has kept an inventory."""
    bucket = made.account.environment(name)["CERTIFICATE_BUCKET"]
    made.forget(bucket, KEY)
    return [event_of(name)]


def _words(name: str, *changes: dict[str, Any]) -> list[dict[str, Any]]:
    """The event with each of these changes."""
    return [event_of(name) | each for each in changes]


def _verification(made: Made) -> list[dict[str, Any]]:
    event = event_of("verify_records")
    for expected in event["change"]["expected"]:
        expected["name"] = made.account.environment("verify_records")["READ_RECORD"]
    return [event]


# Functions whose event file is not all they are called with. A function without one needs a line
# here: the events that make it do everything it does.
WAYS: Final[dict[str, Callable[[Made], list[dict[str, Any]]]]] = {
    "route53_updater": lambda _: [
        event_of("route53_updater"),
        {"action": "rollback"},
        {"action": "manual_cutover"},
    ],
    # Also of one that has the lease no more: then it asks about the one that has it.
    # The first finds what another execution holds, whichever machine that is of; the last what nobody does.
    "put_back": lambda _: [
        _event_of_a_recovery(),
        event_of("put_back"),
        event_of("execution_aborted"),
        _event_of_a_recovery(),
    ],
    "verify_records": _verification,
    "store_certificate": _certificate,
    "watch_source": _watch,
    "check_connections": lambda _: _words(
        "check_connections", {}, {"looks": {**event_of("check_connections")["looks"], "polls": 1}}
    ),
    "lead_task": lambda _: _words(
        "lead_task",
        {"do": "stop"},
        {"do": "load"},
        {"do": "reload", "tables": ["public.accounts"]},
    ),
    # The first begins the copy, the second asks how far it is.
    "prepare_target": lambda _: _words(
        "prepare_target", {"do": "pre-data"}, {"do": "pre-data"}, {}
    ),
    # Also where a person holds it: then it stops the task.
    "follow_replication": lambda _: _words(
        "follow_replication", {"lag": None}, {}, {"says": "pause"}
    ),
    "clear_databases": lambda _: _words(
        "clear_databases",
        {"do": "look", "lease": None, "side": None},
        {"do": "slots", "side": None},
        {},
        {"side": "target"},
    ),
    # Again once they rest: then it says so.
    "stop_tasks": lambda _: _words("stop_tasks", {}, {}),
    "take_inventory": lambda made: _first("take_inventory", made),
    "preflight": lambda made: _first("preflight", made),
    "weighted_records": _records_events,
    "database_roles": _roles_events,
}


USUAL: Final = {
    **BEFORE,
    "take_over": Phase.STARTED,
    # Its event file has no hand-over before it.
    "retire_slots": Phase.DONE,
    # With a writer on the target there is a way back to be watched.
    "look_at_slots": Phase.DONE,
    "watch_way_back": Phase.DONE,
}
"""The phase in which each function is called and must succeed."""
