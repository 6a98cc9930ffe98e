"""The certificate: everything from the journal, and a rule for whatever could be wrong with it."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cutover.adapters.memory import MemoryJournal
from cutover.certificate import (
    STORED,
    TOOL_VERSION,
    Ruling,
    Validation,
    as_json,
    as_text,
    build_certificate,
    carrier_of_the_move,
    check_certificate,
    digest,
    parsed,
    schema,
    stored_at,
    validated,
    worst,
)
from cutover.chain import with_seal
from cutover.decisions import Verdict
from cutover.direction import Direction, Stream
from cutover.errors import BadInput, NothingToCertify
from cutover.journal import Entry, Phase
from cutover.observations import TableProgress
from cutover.ports import Journal
from tests.builders import PLAN_VALUES

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
PLAN = json.loads(json.dumps(PLAN_VALUES)) | {"approve_before": ["switch"]}
AT = {
    name: (NOW + timedelta(milliseconds=ms)).isoformat()
    for name, ms in (
        ("barrier_requested_at", 0),
        ("barrier_held_at", 20),
        ("drained_at", 25),
        ("closed_at", 33),
        ("opened_at", 35),
    )
}
PROOF: dict[str, Any] = {
    **AT,
    "token": "8f14e45f",
    "lsn": "0/16B3748",
    "tables": 2,
    "sequences": [
        {"name": "public.up_seq", "source": 41, "target": 1041, "increment": 1},
        {"name": "public.down_seq", "source": -5, "target": -1005, "increment": -1},
    ],
    "sessions_ended": 0,
    "pause_milliseconds": 35.0,
}
OPENED: dict[str, Any] = {
    "certificate": PROOF,
    "plan": PLAN,
    "versions": {"source": 150012, "target": 170009},
    "direction": "forward",
    "way_back": {"stream": "back", "slot": "migration_dev_reverse", "lsn": "0/2000000"},
    "audit": {"verdict": "good", "fact": "no WAL of a table was written"},
}
APPROVAL = {"before": "switch", "granted": True, "by": "ada", "reason": "go"}
VALIDATION = Validation(observed_at=NOW, counts={"Validated": 2})


def journal(
    opened: dict[str, Any] = OPENED, *, approval: dict[str, Any] | None = APPROVAL
) -> MemoryJournal:
    """A migration whose switch is done, with what the steps write down on the way."""
    made = MemoryJournal()
    switch(made, opened, approval=approval)
    return made


def switch(
    made: Journal, opened: dict[str, Any] = OPENED, *, approval: dict[str, Any] | None = APPROVAL
) -> None:
    """The whole way, as every step writes it down."""
    lease = made.acquire("night", now=NOW, detail={"plan": PLAN, "by": "bob"})
    made.record(lease, Phase.SHIFTING, now=NOW, note="20 %")
    if approval:
        made.annotate("night", now=NOW, note="approved", detail={"approval": approval})
    intent = {key: PROOF[key] for key in ("token", "lsn", "drained_at", "sequences")}
    intent["way_back"] = OPENED["way_back"]
    made.record(lease, Phase.SWITCHING, now=NOW, note="intent", detail=intent)
    made.record(lease, Phase.DESTINATION_OPEN, now=NOW, note="open", detail=opened)
    made.record(lease, Phase.DONE, now=NOW, note="done")
    made.release(lease, now=NOW)


def resealed(made: MemoryJournal) -> MemoryJournal:
    """The same entries as if they had been written like this."""
    lines: list[Entry] = []
    for entry in made.lines:
        lines.append(with_seal(entry, lines[-1].seal if lines else ""))
    made.lines = lines
    made.current = replace(made.current, seal=lines[-1].seal)
    return made


def stored(made: Journal, validation: Validation | None = VALIDATION) -> dict[str, Any]:
    """The document, recorded as the function that stores it does."""
    certificate = build_certificate(
        "dev", made.entries(), now=NOW, newest=made.state().seal, validation=validation
    )
    document = as_json(certificate)
    detail: dict[str, Any] = {
        STORED: {"key": "certificates/dev/night.json", "sha256": digest(document)}
    }
    if validation:
        detail["validation"] = document["validation"]
    made.annotate("night", now=NOW, note="stored", detail=detail)
    return document


def rulings(
    document: dict[str, Any], made: MemoryJournal, **more: Any
) -> dict[str, tuple[Verdict, str]]:
    found = check_certificate(document, made.entries(), newest=made.state().seal, **more)
    return {ruling.title: (ruling.verdict, ruling.fact) for ruling in found}


def not_good(found: dict[str, tuple[Verdict, str]]) -> dict[str, Verdict]:
    return {title: verdict for title, (verdict, _) in found.items() if verdict is not Verdict.GOOD}


def test_everything_asked_for_is_in_the_document_and_every_rule_is_good() -> None:
    made = journal()
    document = stored(made)
    assert document["format"] == "cutover-certificate/1"
    assert document["migration"] == "dev"
    assert document["execution"] == "night"
    assert document["direction"] == "forward"
    assert document["started"] == {"at": "2026-01-01T00:00:00Z", "by": "bob"}
    assert document["approvals"] == [APPROVAL | {"at": "2026-01-01T00:00:00Z"}]
    assert document["plan"] == PLAN
    assert (document["token"], document["lsn"]) == ("8f14e45f", "0/16B3748")
    assert document["times"]["drained"] == "2026-01-01T00:00:00.025000Z"
    assert document["pause_milliseconds"] == 35.0
    assert document["sequences"] == PROOF["sequences"]
    assert document["versions"] == {"source": 150012, "target": 170009}
    assert document["way_back"]["slot"] == "migration_dev_reverse"
    assert document["validation"]["counts"] == {"Validated": 2}
    assert document["covered"] == {"first": 1, "last": 6, "seal": made.lines[5].seal}
    assert document["chain"]["state"] == "unbroken"
    found = rulings(document, made)
    assert not_good(found) == {}
    assert len(found) == 13


def test_a_document_survives_reformatting_and_nothing_else() -> None:
    made = journal()
    document = stored(made)
    assert rulings(json.loads(json.dumps(document)), made) == rulings(document, made)
    assert json.loads(as_text(document)) == document
    with pytest.raises(BadInput, match=r"this is no cutover-certificate/1: more: "):
        rulings(document | {"more": 1}, made)
    with pytest.raises(BadInput, match="format"):
        rulings(document | {"format": "cutover-certificate/2"}, made)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("execution", "another", "another has no finished switch"),
        ("token", "another", "the journal says otherwise: token"),
        ("pause_milliseconds", 30.0, "pause_milliseconds"),
        ("sequences.0.target", 2041, "sequences"),
        ("plan.switch_deadline_seconds", 60, "plan"),
        ("approvals.0.by", "eve", "approvals"),
        ("times.closed", "2026-01-01T00:00:00.034000Z", "times"),
        ("validation.counts.Validated", 3, "validation"),
        ("covered.seal", "0" * 64, "covered"),
        ("started.by", "eve", "started"),
    ],
)
def test_a_changed_document_disagrees_with_the_journal(path: str, value: Any, says: str) -> None:
    made = journal()
    document = deepcopy(stored(made))
    *way, last = path.split(".")
    place: Any = document
    for part in way:
        place = place[int(part)] if isinstance(place, list) else place[part]
    place[last] = value
    found = rulings(document, made)
    verdict, fact = found["The document says what the journal says"]
    assert verdict is Verdict.BAD
    assert says in fact
    assert Verdict.BAD in {verdict for verdict, _ in found.values()}


def test_the_time_of_the_building_is_no_part_of_the_switch_but_of_what_was_stored() -> None:
    made = journal()
    document = stored(made) | {"built_at": "2027-01-01T00:00:00Z"}
    assert not_good(rulings(document, made)) == {"It is the document that was stored": Verdict.BAD}


def test_one_built_just_now_is_checked_without_a_kept_one() -> None:
    made = journal()
    assert rulings(as_json(build_certificate("dev", made.entries(), now=NOW)), made, kept=False)[
        "A document is stored"
    ] == (Verdict.UNKNOWN, "the journal does not say that one was stored")
    stored(made)
    again = build_certificate("dev", made.entries(), now=NOW + timedelta(days=1))
    assert not_good(rulings(as_json(again), made, kept=False)) == {}


def changed(proof: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return OPENED | {"certificate": PROOF | (proof or {})} | more


DRAINED_LATE = {"drained_at": (NOW + timedelta(milliseconds=34)).isoformat()}
BEHIND_UP = [{"name": "s", "source": 41, "target": 40, "increment": 1}]
BEHIND_DOWN = [{"name": "s", "source": -41, "target": -40, "increment": -1}]
UNCLEAR = [{"name": "s", "source": 41, "target": 1041, "increment": None}]


@pytest.mark.parametrize(
    ("opened", "expected"),
    [
        (
            changed(DRAINED_LATE),
            {
                "The times are in order": Verdict.BAD,
                "Drained before the origin was closed": Verdict.BAD,
            },
        ),
        (changed({"opened_at": AT["drained_at"]}), {"The times are in order": Verdict.BAD}),
        (changed({"opened_at": None}), {"The times are in order": Verdict.UNKNOWN}),
        (changed({"sequences": BEHIND_UP}), {"No sequence is behind": Verdict.BAD}),
        (changed({"sequences": BEHIND_DOWN}), {"No sequence is behind": Verdict.BAD}),
        (changed({"sequences": UNCLEAR}), {"No sequence is behind": Verdict.UNKNOWN}),
        (changed({"sequences": None}), {"No sequence is behind": Verdict.UNKNOWN}),
        (changed({"pause_milliseconds": 10_000.5}), {"The pause kept the deadline": Verdict.BAD}),
        (changed({"pause_milliseconds": 10_000}), {}),
        (changed({"pause_milliseconds": None}), {"The pause kept the deadline": Verdict.UNKNOWN}),
        (changed(versions=None), {"Everything is recorded": Verdict.UNKNOWN}),
        (
            changed(audit=None),
            {"Nothing was written to the closed origin": Verdict.UNKNOWN},
        ),
        (
            changed(audit={"verdict": "bad", "fact": "3 rows"}),
            {"Nothing was written to the closed origin": Verdict.BAD},
        ),
        (
            changed(audit={"verdict": "fine"}),
            {"Nothing was written to the closed origin": Verdict.UNKNOWN},
        ),
    ],
)
def test_each_rule_says_what_it_is_about(
    opened: dict[str, Any], expected: dict[str, Verdict]
) -> None:
    made = journal(opened)
    assert not_good(rulings(stored(made), made)) == expected


@pytest.mark.parametrize(
    ("approval", "verdict"),
    [
        (None, Verdict.BAD),
        (APPROVAL | {"granted": False}, Verdict.BAD),
        (APPROVAL | {"before": 100}, Verdict.BAD),
        (APPROVAL, Verdict.GOOD),
    ],
)
def test_the_plans_question_must_have_been_answered(
    approval: dict[str, Any] | None, verdict: Verdict
) -> None:
    made = journal(approval=approval)
    assert rulings(stored(made), made)["Approved as the plan asks"][0] is verdict


@pytest.mark.parametrize(
    ("states", "verdict"),
    [
        (["Validated"], Verdict.GOOD),
        (["Not enabled", "Validated"], Verdict.UNKNOWN),
        (["Pending records"], Verdict.UNKNOWN),
        (["No primary key", "Validated"], Verdict.UNKNOWN),
        (["Mismatched records", "Validated"], Verdict.BAD),
        ([], Verdict.UNKNOWN),
    ],
)
def test_what_was_not_compared_is_not_called_the_same(states: list[str], verdict: Verdict) -> None:
    tables = [TableProgress(name=f"t{n}", state="", validation=s) for n, s in enumerate(states)]
    made = journal()
    found = rulings(stored(made, validated(tables, now=NOW)), made)["The rows were compared"]
    assert found[0] is verdict
    if verdict is Verdict.UNKNOWN:
        assert found[1].startswith("not validated")


def test_a_validation_that_could_not_be_asked_for_is_unknown() -> None:
    made = journal()
    document = stored(made, Validation(observed_at=NOW, counts={}, unknown="throttled"))
    assert rulings(document, made)["The rows were compared"] == (
        Verdict.UNKNOWN,
        "not known: throttled",
    )


def test_a_controller_that_was_killed_leaves_the_intent_and_the_rest_unknown() -> None:
    """Somebody else opened the target: when it closed and opened nobody wrote down."""
    made = journal({})
    document = stored(made)
    assert document["token"] == "8f14e45f"
    assert document["sequences"] == PROOF["sequences"]
    assert document["way_back"]["slot"] == "migration_dev_reverse"
    assert document["plan"] == PLAN, "from the start"
    assert document["times"]["drained"] is not None
    assert (document["times"]["closed"], document["tables"], document["versions"]) == (None,) * 3
    found = not_good(rulings(document, made))
    assert set(found.values()) == {Verdict.UNKNOWN}
    assert "The times are in order" in found
    assert "Drained before the origin was closed" in found


def test_whoever_takes_over_certifies_the_whole_move() -> None:
    """Cut off right behind the opening: the start, the proof and the approval are entries of the one before."""
    made = MemoryJournal()
    lease = made.acquire("night", now=NOW, detail={"plan": PLAN, "by": "bob"})
    made.record(lease, Phase.SHIFTING, now=NOW, note="20 %")
    made.annotate("night", now=NOW, note="approved", detail={"approval": APPROVAL})
    made.record(lease, Phase.SWITCHING, now=NOW, note="intent", detail={"token": PROOF["token"]})
    made.record(lease, Phase.DESTINATION_OPEN, now=NOW, note="open", detail=OPENED)
    lease = made.take_over("recover-2", now=NOW)
    made.record(lease, Phase.DESTINATION_OPEN, now=NOW, note="the target is open")
    made.record(lease, Phase.DONE, now=NOW, note="done", release=True)
    document = as_json(
        build_certificate(
            "dev",
            made.entries(),
            now=NOW,
            newest=made.state().seal,
            validation=VALIDATION,
            execution="recover-2",
        )
    )
    assert (document["execution"], document["started"]["by"]) == ("recover-2", "bob")
    assert (document["token"], document["plan"], document["approvals"][0]["by"]) == (
        PROOF["token"],
        PLAN,
        APPROVAL["by"],
    )
    found = not_good(rulings(document, made))
    assert set(found) <= {"It is the document that was stored"}, found


def test_what_is_written_down_after_it_was_stored_changes_nothing() -> None:
    """The clock of the way back goes on in the same execution's name."""
    made = journal()
    document = stored(made)
    made.annotate("night", now=NOW, note="the way back is open for 24.0 h")
    assert rulings(document, made)["The document says what the journal says"][0] is Verdict.GOOD


def test_the_rows_were_carried_by_the_stream_before_the_hand_over() -> None:
    made = journal({**OPENED, "carrier": "back"})
    assert carrier_of_the_move(made.entries(), "night") is Stream.LOAD
    lease = made.acquire("back", now=NOW, direction=Direction.BACK)
    assert carrier_of_the_move(made.entries(), "back") is Stream.BACK
    made.record(lease, Phase.WRITES_MOVED, now=NOW, note="", detail={"carrier": "again"})
    assert carrier_of_the_move(made.entries(), "back") is Stream.BACK


def test_a_broken_chain_is_found_from_the_document() -> None:
    made = journal()
    document = stored(made)
    made.lines[1] = replace(made.lines[1], note="80 %")
    assert rulings(document, made)["The journal is as it was written"][0] is Verdict.BAD
    # Sealed anew from one end to the other it is whole again, but not what the document covers.
    resealed(made)
    found = rulings(document, made)
    assert found["The journal is as it was written"][0] is Verdict.GOOD
    assert found["The last entry covered is the journal's"][0] is Verdict.BAD


def test_a_journal_without_seals_is_not_called_fine() -> None:
    made = journal()
    made.lines = [replace(entry, seal="", previous="") for entry in made.lines]
    made.current = replace(made.current, seal="")
    document = as_json(build_certificate("dev", made.entries(), now=NOW))
    assert document["chain"]["state"] == "unsealed"
    found = rulings(document, made, kept=False)
    assert found["The journal is as it was written"][0] is Verdict.UNKNOWN
    assert found["The last entry covered is the journal's"][0] is Verdict.UNKNOWN


def test_the_newest_switch_is_certified() -> None:
    made = journal()
    # The way back, as another execution.
    lease = made.acquire("back", now=NOW, direction=Direction.BACK)
    made.record(lease, Phase.WRITES_MOVED, now=NOW, note="")
    made.record(lease, Phase.SWITCHING, now=NOW, note="", detail={"token": "t2"})
    assert build_certificate("dev", made.entries(), now=NOW).execution == "night"
    made.record(lease, Phase.DESTINATION_OPEN, now=NOW, note="", detail={"direction": "back"})
    newest = build_certificate("dev", made.entries(), now=NOW)
    assert (newest.execution, newest.direction, newest.token) == ("back", "back", "t2")
    assert newest.approvals == ()
    assert build_certificate("dev", made.entries(), now=NOW, execution="night").token == "8f14e45f"
    # And each is held against its own entries.
    for execution in ("night", "back"):
        again = build_certificate("dev", made.entries(), now=NOW, execution=execution)
        found = rulings(as_json(again), made)["The document says what the journal says"]
        assert found[0] is Verdict.GOOD


def test_without_a_finished_switch_there_is_nothing_to_certify() -> None:
    made = MemoryJournal()
    with pytest.raises(NothingToCertify, match="this migration has no finished switch"):
        build_certificate("dev", made.entries(), now=NOW)
    lease = made.acquire("night", now=NOW)
    made.record(lease, Phase.SHIFTING, now=NOW, note="")
    made.record(lease, Phase.SWITCHING, now=NOW, note="", detail={"token": "t"})
    with pytest.raises(NothingToCertify):
        build_certificate("dev", made.entries(), now=NOW)
    with pytest.raises(NothingToCertify, match="other has no finished"):
        build_certificate("dev", journal().entries(), now=NOW, execution="other")


def test_a_journal_that_makes_no_sense_is_named() -> None:
    made = journal(changed({"pause_milliseconds": "long"}))
    with pytest.raises(BadInput, match="the journal of dev: pause_milliseconds: "):
        build_certificate("dev", made.entries(), now=NOW)


def test_where_it_is_stored_is_known_by_execution() -> None:
    made = journal()
    assert stored_at(made.entries(), "night") is None
    stored(made)
    found = stored_at(made.entries(), "night")
    assert found is not None
    assert found.key == "certificates/dev/night.json"
    assert stored_at(made.entries(), "other") is None


def ruling(verdict: Verdict) -> Ruling:
    return Ruling(title="", verdict=verdict, fact="")


def test_the_worst_counts() -> None:
    good, bad, unknown = map(ruling, (Verdict.GOOD, Verdict.BAD, Verdict.UNKNOWN))
    assert worst([good]) is Verdict.GOOD
    assert worst([good, unknown]) is Verdict.UNKNOWN
    assert worst([bad, unknown, good]) is Verdict.BAD


def test_the_schema_in_the_documentation_is_the_codes() -> None:
    path = ROOT / "docs" / "certificate.schema.json"
    assert json.loads(path.read_text()) == schema(), (
        "write it anew: python -c 'import json; from cutover.certificate import schema; "
        f"print(json.dumps(schema(), indent=2))' > {path}"
    )
    assert schema()["additionalProperties"] is False


def test_the_tools_version_is_the_packages() -> None:
    found = re.search(r'version="([^"]+)"', (ROOT / "setup.py").read_text())
    assert found is not None
    assert found[1] == TOOL_VERSION
    assert parsed(stored(journal())).tool_version == TOOL_VERSION
