"""The two pictures of a run: everything over its whole length, and each switch close up."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from rehearsal.report import drawing as draw
from rehearsal.report.drawing import Scale
from rehearsal.report.model import Replicated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rehearsal.report.model import LagSample, RunReport, Switch, TrafficSample, WeightChange

WIDTH: Final = 1080.0
LEFT: Final = 60.0
RIGHT: Final = 1066.0
STAGES_HEIGHT: Final = 30.0
READS: Final = (52.0, 182.0)
WRITES: Final = (222.0, 332.0)
LAG: Final = (372.0, 442.0)
AXIS_Y: Final = 462.0
EVENTS_Y: Final = 484.0
EVENT_ROWS: Final = 4
EVENT_ROW_HEIGHT: Final = 15.0
CHARACTER_WIDTH: Final = 6.6
"""Of the small type, on the average: labels that would overlap go into another row."""
HEIGHT: Final = EVENTS_Y + EVENT_ROWS * EVENT_ROW_HEIGHT
MILLISECONDS: Final = 1000.0
CLOSE_UP_LEFT: Final = 84.0
CLOSE_UP_RIGHT: Final = 996.0
CLOSE_UP_TOP: Final = 44.0


def timeline(report: RunReport) -> str:
    """Weights and read shares, writes by side, lag and events, one below the other in one time."""
    x = Scale(0, report.wall_seconds, LEFT, RIGHT)
    shapes = [
        *_stages(report, x),
        *_life(report, x),
        *_reads(report, x),
        *_writes(report.traffic, x),
        *_lag(report.lag, x),
        *_switches(report.switches, x),
        *_events(report, x),
        *_time_axis(report.wall_seconds, x),
    ]
    return draw.drawing(
        WIDTH, HEIGHT, shapes, label="Read weight and share, writes by side, and lag over time"
    )


def _stages(report: RunReport, x: Scale) -> list[str]:
    shapes = []
    for number, stage in enumerate(report.stages):
        left, right = x(stage.entered), x(stage.left)
        title = f"{stage.weight} % from {stage.entered:.1f} s to {stage.left:.1f} s"
        style = f"band band{number % 2}"
        shapes.append(draw.rectangle(left, 8, right - left, LAG[1] - 8, style, title))
        shapes.append(draw.text((left + right) / 2, 26, f"{stage.weight} %", "stage"))
    return shapes


def _life(report: RunReport, x: Scale) -> list[str]:
    """What is before the stages and after them."""
    shapes = []
    for name, of in (("replicate", report.replicated), ("finalize", report.finalized)):
        if of is not None:
            end = of.ready if isinstance(of, Replicated) else of.ended
            left, right = x(of.started), x(end)
            title = f"{name} from {of.started:.1f} s to {end:.1f} s"
            shapes.append(draw.rectangle(left, 8, right - left, LAG[1] - 8, "band life", title))
            shapes.append(draw.text((left + right) / 2, 26, name, "stage"))
    return shapes


def _panel(
    name: str, panel: tuple[float, float], values: Sequence[float], form: Callable[[float], str]
) -> tuple[Scale, list[str]]:
    """The frame of one chart: its name, a grid line per value."""
    top, bottom = panel
    y = Scale(0, values[-1], bottom, top)
    shapes = [draw.text(LEFT, top - 8, name, "name")]
    for value in values:
        shapes.append(draw.line(LEFT, y(value), RIGHT, y(value), "grid" if value else "base"))
        shapes.append(draw.text(LEFT - 8, y(value) + 4, form(value), "tick end"))
    return y, shapes


def _reads(report: RunReport, x: Scale) -> list[str]:
    y, shapes = _panel(
        "reads answered by the target, against the weight set"
        + ("; dotted: the full load" if report.replicated else ""),
        READS,
        [0, 25, 50, 75, 100],
        lambda value: f"{value:g} %",
    )
    shares = [
        (x(sample.time), y(100 * sample.reads_target / total))
        for sample in report.traffic
        if (total := sample.reads_source + sample.reads_target)
    ]
    shapes.append(draw.area(shares, [(at, y(0)) for at, _ in shares], "target faint"))
    shapes.append(draw.path(shares, "target stroke"))
    shapes.append(draw.path(_steps(report, x, y), "weight"))
    if report.replicated is not None:
        loaded = [(x(each.time), y(each.percent)) for each in report.replicated.progress]
        shapes.append(draw.path(loaded, "loaded"))
    return shapes


def _steps(report: RunReport, x: Scale, y: Scale) -> list[tuple[float, float]]:
    changes: list[WeightChange] = sorted(
        (change for change in report.weights if change.record == "read"),
        key=lambda change: change.time,
    )
    weight = 0
    points = [(x(0), y(0))]
    for change in changes:
        points += [(x(change.time), y(weight)), (x(change.time), y(change.weight))]
        weight = change.weight
    return [*points, (x(report.wall_seconds), y(weight))]


def _writes(traffic: Sequence[TrafficSample], x: Scale) -> list[str]:
    highest = max((each.writes_source + each.writes_target for each in traffic), default=1.0)
    y, shapes = _panel(
        "acknowledged writes per second", WRITES, draw.ticks(highest, wanted=4), "{:,.0f}".format
    )
    floor = [(x(each.time), y(0)) for each in traffic]
    source = [(x(each.time), y(each.writes_source)) for each in traffic]
    total = [(x(each.time), y(each.writes_source + each.writes_target)) for each in traffic]
    shapes.append(draw.area(source, floor, "source solid"))
    shapes.append(draw.area(total, source, "target solid"))
    return shapes


def _lag(lag: Sequence[LagSample], x: Scale) -> list[str]:
    known = [sample.seconds for sample in lag if sample.seconds is not None]
    values = draw.ticks(max([*known, 0.1]), wanted=3)
    y, shapes = _panel(
        "lag of the target, s (gaps: not known)", LAG, values, lambda value: f"{value:g}"
    )
    piece: list[tuple[float, float]] = []
    pieces = [piece]
    for sample in lag:
        if sample.seconds is None:
            piece = []
            pieces.append(piece)
        else:
            piece.append((x(sample.time), y(sample.seconds)))
    for each in pieces:
        shapes.append(draw.path(each, "lag"))
        shapes += [draw.dot(at, height, 1.8, "lagdot") for at, height in each]
    for before, after in pairwise([each for each in pieces if each]):
        left, right = before[-1][0], after[0][0]
        shapes.append(draw.rectangle(left, LAG[0], right - left, LAG[1] - LAG[0], "unknown"))
    return shapes


def _switches(switches: Sequence[Switch], x: Scale) -> list[str]:
    shapes = []
    for switch in switches:
        at = x(switch.closed)
        shapes.append(draw.line(at, STAGES_HEIGHT + 4, at, LAG[1], "switch"))
        style = "switchname end" if at > (LEFT + RIGHT) / 2 else "switchname"
        nudge = -6 if at > (LEFT + RIGHT) / 2 else 6
        words = f"writer moves to the {switch.to_side}"
        shapes.append(draw.text(at + nudge, WRITES[0] - 8, words, style))
    return shapes


def _events(report: RunReport, x: Scale) -> list[str]:
    shapes = []
    taken = [LEFT] * EVENT_ROWS
    for event in report.events:
        at = x(event.time)
        width = len(event.text) * CHARACTER_WIDTH
        ends = at + width > RIGHT
        left = at - width if ends else at
        row = next((n for n, end in enumerate(taken) if end <= left), EVENT_ROWS - 1)
        taken[row] = left + width + 2 * CHARACTER_WIDTH
        y = EVENTS_Y + row * EVENT_ROW_HEIGHT
        shapes.append(draw.line(at, READS[0], at, y - 9, f"mark {event.kind}"))
        shapes.append(draw.text(at, y + 2, event.text, "tick end" if ends else "tick"))
    return shapes


def _time_axis(seconds: float, x: Scale) -> list[str]:
    values = [value for value in draw.ticks(seconds, wanted=10) if value <= seconds]
    shapes = []
    for value in values:
        shapes.append(draw.line(x(value), LAG[1], x(value), LAG[1] + 5, "base"))
        shapes.append(draw.text(x(value), AXIS_Y, f"{value:g} s", "tick middle"))
    return shapes


def close_up(switch: Switch) -> str:
    """Each writer's acknowledged writes around one switch, a row per writer and a dot per write."""
    writers = _writers(switch)
    row = max(7.0, min(22.0, 260.0 / max(len(writers), 1)))
    bottom = CLOSE_UP_TOP + row * len(writers)
    reach = _reach(switch)
    x = Scale(-reach, reach, CLOSE_UP_LEFT, CLOSE_UP_RIGHT)
    start = (switch.barrier_requested - switch.closed) * MILLISECONDS
    end = (switch.opened - switch.closed) * MILLISECONDS
    shapes = [
        draw.rectangle(x(start), CLOSE_UP_TOP - 8, x(end) - x(start), bottom - 36, "barrier"),
        draw.text(
            x(end) + 6, CLOSE_UP_TOP - 14, f"barrier to opening: {end - start:.1f} ms", "tick"
        ),
        draw.line(x(0), CLOSE_UP_TOP - 22, x(0), bottom, "switch"),
        draw.text(x(0) - 6, CLOSE_UP_TOP - 14, f"{switch.from_side} closed for good", "tick end"),
    ]
    for number, writer in enumerate(writers):
        y = CLOSE_UP_TOP + row * (number + 0.5)
        shapes += _writer(switch, writer, x, y, named=row >= 12 or number % 8 == 0)
    for value in _round_marks(reach):
        shapes.append(draw.line(x(value), bottom, x(value), bottom + 5, "base"))
        words = f"{value:+g} ms" if value else "0"
        shapes.append(draw.text(x(value), bottom + 20, words, "tick middle"))
    shapes.append(draw.line(CLOSE_UP_LEFT, bottom, CLOSE_UP_RIGHT, bottom, "base"))
    return draw.drawing(
        WIDTH, bottom + 28, shapes, label="Acknowledged writes of each writer around the switch"
    )


def _reach(switch: Switch) -> float:
    """Milliseconds to show on either side: the longest pause takes a third, 100 ms at least."""
    longest = max((_gap(switch, writer)[2] for writer in _writers(switch)), default=0.0)
    return max(100.0, 1.5 * longest)


def _writers(switch: Switch) -> list[int]:
    return sorted({each.writer for each in switch.acknowledgements})


def _gap(switch: Switch, writer: int) -> tuple[float, float, float]:
    """Last write on the old side, first on the new one (ms from the closing), their distance.

    Zeros where one of them is out of sight.
    """
    mine = [each for each in switch.acknowledgements if each.writer == writer]
    before = [each.time for each in mine if each.side == switch.from_side]
    after = [each.time for each in mine if each.side == switch.to_side]
    if not before or not after:
        return 0.0, 0.0, 0.0
    last = (max(before) - switch.closed) * MILLISECONDS
    first = (min(after) - switch.closed) * MILLISECONDS
    return last, first, first - last


def _writer(switch: Switch, writer: int, x: Scale, y: float, *, named: bool) -> list[str]:
    last, first, gap = _gap(switch, writer)
    shapes = []
    if named:
        shapes.append(draw.text(CLOSE_UP_LEFT - 12, y + 4, f"writer {writer}", "tick end"))
    if gap:
        shapes.append(draw.line(x(last), y, x(first), y, "gap"))
        if named:
            shapes.append(draw.text(CLOSE_UP_RIGHT + 10, y + 4, f"{gap:.0f} ms", "tick"))
    for each in switch.acknowledgements:
        at = x((each.time - switch.closed) * MILLISECONDS)
        if each.writer == writer and CLOSE_UP_LEFT <= at <= CLOSE_UP_RIGHT:
            shapes.append(draw.dot(at, y, 3.2 if named else 2.2, each.side))
    return shapes


def _round_marks(reach: float) -> list[float]:
    positive = [value for value in draw.ticks(reach, wanted=4) if 0 < value <= reach]
    return [*(-value for value in reversed(positive)), 0.0, *positive]
