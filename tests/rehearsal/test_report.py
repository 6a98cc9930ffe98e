"""The report: the promised keys, a page that needs nothing else, a display for all consoles."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from rehearsal.report import charts
from rehearsal.report.drawing import ticks
from rehearsal.report.live import LiveDisplay, LiveState
from rehearsal.report.model import (
    Acknowledgement,
    Event,
    Finalized,
    Invariant,
    LagSample,
    Ledger,
    LoadedTable,
    LoadSample,
    PauseFigures,
    Replicated,
    RunReport,
    Stage,
    Step,
    Switch,
    TableCheck,
    TrafficSample,
    WeightChange,
)
from rehearsal.report.page import render
from rehearsal.report.timeline import close_up, traffic_samples
from rehearsal.report.writing import as_json, write_report
from rehearsal.workload.ledger import ClientRecords, Reads, Write

if TYPE_CHECKING:
    from pathlib import Path

    from rehearsal.workload.configuration import Side

NS = 1_000_000_000
PAUSE = PauseFigures(server=12.5, client_p50=34.0, client_p99=46.2, client_max=46.2)


def acknowledgements() -> list[Acknowledgement]:
    sides: list[tuple[Side, float]] = [("source", 9.99), ("target", 10.03)]
    return [
        Acknowledgement(time=at + writer / 1000, writer=writer, side=side)
        for writer in range(1, 9)
        for side, at in sides
    ]


REPORT = RunReport(
    verdict="passed",
    summary="The writer moved and nothing was lost.",
    scenario="happy-path",
    seed=7,
    command='make rehearse ARGS="--seed 7"',
    started_at=datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC),
    wall_seconds=20.0,
    ledger=Ledger(acknowledged=12_345, lost=0, duplicated=0, written_to_closed_side=0),
    pause=PAUSE,
    client_errors={"25006": 8},
    stages=[Stage(weight=20, entered=2, left=6, read_share=0.213, reads=900, resolutions=500)],
    certificate={"token": "t-1", "sequences": [{"name": "s", "value": 4}]},
    invariants=[
        Invariant(name="I1", statement="one writer", holding="held", evidence="all of them"),
        Invariant(name="I4", statement="no one is stuck", holding="not checked"),
    ],
    versions={"PostgreSQL": "18.6"},
    load={"writers": 8},
    steps=[Step(name="Bake", started=2, ended=5.5, decision="continue", reason="lag 0.2 s < 60 s")],
    weights=[WeightChange(time=2, record="read", weight=20)],
    traffic=[
        TrafficSample(time=1, reads_source=9, writes_source=100),
        TrafficSample(time=5, reads_source=7, reads_target=2, writes_source=100),
        TrafficSample(time=12, reads_target=9, writes_target=100),
    ],
    lag=[
        LagSample(time=1, seconds=0.2),
        LagSample(time=2, seconds=None),
        LagSample(time=3, seconds=1),
    ],
    switches=[
        Switch(
            from_side="source",
            to_side="target",
            barrier_requested=9.998,
            closed=10.0,
            opened=10.011,
            acknowledgements=acknowledgements(),
            pause=PAUSE,
        )
    ],
    events=[Event(time=4, text="replication stopped", kind="fault")],
    tables=[TableCheck(table="ledger", source_rows=5, target_rows=5, diverged=0)],
    replicated=Replicated(
        started=0.5,
        ready=1.75,
        schema="17 objects are the same",
        progress=[LoadSample(time=0.7, percent=0), LoadSample(time=1.1, percent=100)],
        tables=[LoadedTable(table="public.ledger", rows=20_001, changes=321)],
        compared_at=1.9,
        compared=[TableCheck(table="ledger", source_rows=20_322, target_rows=20_322, diverged=0)],
    ),
    finalized=Finalized(
        started=15,
        ended=17.5,
        verdict="clean",
        reason="nothing is there that was not there before",
        dropped={"source": ["schema cutover"], "target": [], "slots": ["back on the target"]},
    ),
    notices=[Event(time=17.5, text="finalized: nothing is there")],
)


def test_the_json_has_the_promised_keys_and_values(tmp_path: Path) -> None:
    write_report(REPORT, tmp_path / "rehearsal-report")
    written = json.loads((tmp_path / "rehearsal-report" / "report.json").read_text())
    assert written["verdict"] == "passed"
    assert written["scenario"] == "happy-path"
    assert written["seed"] == 7
    assert (
        written["ledger"].items()
        >= {
            "acknowledged": 12_345,
            "lost": 0,
            "duplicated": 0,
            "written_to_closed_side": 0,
        }.items()
    )
    assert written["pause_ms"] == {
        "server": 12.5,
        "client_p50": 34.0,
        "client_p99": 46.2,
        "client_max": 46.2,
    }
    assert written["client_errors"] == {"25006": 8}
    assert written["stages"][0].items() >= {"weight": 20, "entered": 2, "read_share": 0.213}.items()
    assert written["certificate"]["token"] == "t-1"
    assert written["invariants"] == {"I1": "held", "I4": "not checked"}
    assert written["versions"] == {"PostgreSQL": "18.6"}
    assert written["wall_seconds"] == 20.0
    assert written["replicated"]["tables"] == [
        {"table": "public.ledger", "rows": 20_001, "changes": 321}
    ]
    assert written["finalized"]["verdict"] == "clean"
    assert [each["text"] for each in written["notices"]] == ["finalized: nothing is there"]


def test_a_run_without_a_switch_has_no_pause_of_zero() -> None:
    report = replace(REPORT, pause=PauseFigures(), switches=())
    assert set(as_json(report)["pause_ms"].values()) == {None}
    page = render(report)
    assert "the writer did not move" in page
    assert "close up" not in page


def test_a_run_that_keeps_the_way_back_has_no_end() -> None:
    page = render(replace(REPORT, finalized=None))
    assert "The end of the migration" in render(REPORT)
    assert "The end of the migration" not in page
    assert "At the end of the run" in page


def test_what_is_left_on_the_source_is_named() -> None:
    assert REPORT.finalized is not None
    left = replace(REPORT.finalized, verdict="left behind", remains=["schema cutover_old"])
    page = render(replace(REPORT, finalized=left))
    assert "<li>schema cutover_old</li>" in page
    assert '<span class="chip bad">left behind</span>' in page


def test_each_step_stands_below_its_machine() -> None:
    steps = [
        Step(name=name, machine=machine, started=0, ended=1)
        for machine, name in (("replicate", "Load"), ("replicate", "Follow"), ("cutover", "Bake"))
    ]
    page = render(replace(REPORT, steps=steps))
    words = re.findall(
        r"<strong>(replicate|cutover)</strong>|<td class=\"step\">(Load|Follow|Bake)</td>", page
    )
    assert [each or name for each, name in words] == [
        "replicate",
        "Load",
        "Follow",
        "cutover",
        "Bake",
    ]


class Outside(HTMLParser):
    """Everything a page would fetch, and every tag that must be closed and is not."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [f"{tag} {name}" for name, _ in attrs if name in ("src", "href", "srcset")]
        if tag in ("link", "script", "iframe", "img", "object"):
            self.fetched.append(tag)
        if tag not in ("meta", "br", "link", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        return

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_one_file_that_fetches_nothing() -> None:
    page = render(REPORT)
    parsed = Outside(page)
    assert parsed.fetched == []
    assert parsed.open == []
    assert "url(" not in page
    assert "@import" not in page
    assert "prefers-color-scheme: dark" in page


@pytest.mark.parametrize(
    "fact",
    [
        "12,345",
        "34 ms",
        "21.3 %",
        "+1.3 points",
        "refused: this side",
        "lag 0.2 s &lt; 60 s",
        "t-1",
        "20,001",
        "17 objects are the same",
        "schema cutover",
        "back on the target",
        "finalized: nothing is there",
        'class="loaded"',
    ],
)
def test_the_page_shows_the_facts(fact: str) -> None:
    assert fact in render(REPORT)


def test_the_page_shows_what_went_wrong() -> None:
    report = replace(
        REPORT,
        verdict="failed",
        faults=["writer 3 seq 17 is lost"],
        ledger=replace(REPORT.ledger, lost=1),
        tables=[TableCheck(table="ledger", source_rows=5, target_rows=4, diverged=1)],
    )
    page = render(report)
    assert "writer 3 seq 17 is lost" in page
    assert re.search(r'class="tile bad">\s*<b>1</b>', page)
    assert 'class="verdict failed"' in page


def test_words_from_outside_are_words_on_the_page() -> None:
    hostile = "<script>alert(1)</script>"
    report = replace(
        REPORT,
        summary=hostile,
        events=[Event(time=1, text=hostile)],
        certificate={"token": hostile},
    )
    assert "<script" not in render(report)


def test_the_pictures_are_well_formed_even_of_nothing() -> None:
    nothing = replace(
        REPORT, stages=(), weights=(), traffic=(), lag=(), switches=(), events=(), wall_seconds=0.0
    )
    for picture in (charts.timeline(nothing), charts.timeline(REPORT)):
        ElementTree.fromstring(picture)
    empty = replace(REPORT.switches[0], acknowledgements=())
    ElementTree.fromstring(charts.close_up(empty))
    assert "nan" not in charts.timeline(nothing)


def test_the_close_up_draws_each_write_and_each_writer_s_pause() -> None:
    picture = ElementTree.fromstring(charts.close_up(REPORT.switches[0]))
    dots = [each.get("class", "") for each in picture if each.tag == "circle"]
    assert sorted(dots) == ["source"] * 8 + ["target"] * 8
    words = [each.text for each in picture if each.tag == "text"]
    assert words.count("40 ms") == 8
    assert "barrier to opening: 13.0 ms" in words


def test_samples_cover_a_stall_with_zeros() -> None:
    records = ClientRecords(
        writes=[
            Write(1, 1, "source", 0, 10 * NS + NS // 8),
            Write(1, 2, "target", 0, 11 * NS + NS // 8),
        ],
        reads=[Reads(10 * NS, "target", 6, 1, 1.0)],
        errors=[],
    )
    samples = traffic_samples(records, started_ns=10 * NS, wall_seconds=2.0)
    assert [sample.writes_source for sample in samples] == [4, 0, 0, 0, 0]
    assert [sample.writes_target for sample in samples] == [0, 0, 0, 0, 4]
    assert samples[0].reads_target == 24
    assert samples[0].time == 0.125


def test_the_close_up_takes_what_is_near() -> None:
    writes = [Write(1, seq, "source", 0, at * NS // 10) for seq, at in enumerate((0, 98, 101, 104))]
    near = close_up(writes, started_ns=0, around_ns=10 * NS)
    assert [each.time for each in near] == [9.8, 10.1]


@given(st.floats(1e-3, 1e7), st.integers(2, 12))
def test_ticks_are_round_and_reach_the_top(high: float, wanted: int) -> None:
    values = ticks(high, wanted=wanted)
    assert values[0] == 0
    assert values[-1] >= high * 0.999
    assert 2 <= len(values) <= 2 * wanted + 2


STATE = LiveState(
    scenario="happy-path",
    elapsed_seconds=12.3,
    step="Check the stage",
    weights=(20, 50, 80, 100),
    read_weight=50,
    reads_per_second={"source": 120, "target": 120},
    writes_per_second={"source": 801.4},
    lag_seconds=0.4,
)


def test_a_log_gets_one_line_per_change() -> None:
    out = io.StringIO()
    with LiveDisplay(Console(file=out, width=80)) as display:
        for state in (STATE, replace(STATE, elapsed_seconds=13.0), replace(STATE, read_weight=80)):
            display.update(state)
    assert out.getvalue().splitlines() == [
        "  12.3 s  Check the stage: reads 50 % on the target (50 % measured),"
        " writes 801/s on the source, lag 0.4 s, client errors 0",
        "  12.3 s  Check the stage: reads 80 % on the target (50 % measured),"
        " writes 801/s on the source, lag 0.4 s, client errors 0",
    ]


def test_the_full_load_shows_until_reads_are_on_the_target() -> None:
    loading = replace(STATE, step="Follow the load", read_weight=0, loaded_percent=40)
    assert " 40 % loaded, lag" in loading.line()
    assert "loaded" not in replace(loading, read_weight=20).line()
    assert "loaded" not in replace(loading, writer="target").line()
    out = io.StringIO()
    with LiveDisplay(Console(file=out, width=80)) as display:
        for percent in (40, 40, 70):
            display.update(replace(loading, loaded_percent=percent))
    assert len(out.getvalue().splitlines()) == 2


def test_a_terminal_of_eighty_columns_shows_it_all() -> None:
    out = io.StringIO()
    console = Console(file=out, width=80, force_terminal=True, color_system=None)
    with LiveDisplay(console) as display:
        display.update(replace(STATE, lag_seconds=None))
    lines = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", out.getvalue()).splitlines()
    shown = "\n".join(lines)
    for words in ("happy-path", "Check the stage", "12.3 s", "50 %", "801/s", "lag not known"):
        assert words in shown
    assert max(len(line) for line in lines) <= 80
