"""What a person watches while a rehearsal runs: bars in a terminal, else a line per change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from rich.console import RenderableType

    from rehearsal.workload.configuration import Side

WIDTH: Final = 78
BAR_WIDTH: Final = 38
REFRESHES_PER_SECOND: Final = 8
COLOURS: Final[Mapping[Side, str]] = {"source": "dark_orange", "target": "dodger_blue1"}


@dataclass(frozen=True, kw_only=True)
class LiveState:
    """A rehearsal at one moment."""

    scenario: str
    elapsed_seconds: float
    step: str
    """What is being done, as the state machine names it."""
    weights: Sequence[int] = ()
    """The stages of the plan."""
    read_weight: int = 0
    """Of the target, as set."""
    reads_per_second: Mapping[str, float] = field(default_factory=dict)
    writes_per_second: Mapping[str, float] = field(default_factory=dict)
    """By side, as the clients see it."""
    writer: Side = "source"
    """Where the writes belong at this moment."""
    lag_seconds: float | None = None
    """None: not known."""
    errors: int = 0
    """What clients have met since the start."""
    loaded_percent: int | None = None
    """Of the full load; None before it has begun."""

    @property
    def read_share(self) -> float | None:
        """The target's share of the reads of this moment, 0 to 1; None while nobody reads."""
        total = sum(self.reads_per_second.values())
        return self.reads_per_second.get("target", 0.0) / total if total else None

    @property
    def loaded(self) -> int | None:
        """Percent of the full load, for as long as it matters: until reads are on the target."""
        return None if self.read_weight or self.writer == "target" else self.loaded_percent

    def line(self) -> str:
        """The same in one line, for logs."""
        writes = ", ".join(
            f"{rate:.0f}/s on the {side}" for side, rate in self.writes_per_second.items() if rate
        )
        loaded = "" if self.loaded is None else f" {self.loaded} % loaded,"
        return (
            f"{self.elapsed_seconds:6.1f} s  {self.step}: reads {self.read_weight} % on the target"
            f" ({_percent(self.read_share)} measured), writes {writes or 'none'},{loaded}"
            f" lag {_lag(self.lag_seconds)}, client errors {self.errors}"
        )


class LiveDisplay:
    """Shows states: redrawn in place in a terminal, else a line where step or weight changed."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console()
        self._live: Live | None = None
        self._shown: tuple[object, ...] | None = None

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live = Live(
                console=self._console, refresh_per_second=REFRESHES_PER_SECOND, transient=False
            )
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def update(self, state: LiveState) -> None:
        """Show the state."""
        if self._live is not None:
            self._live.update(picture(state))
            return
        change = (state.step, state.read_weight, state.writer, state.loaded)
        if change != self._shown:
            self._shown = change
            self._console.print(state.line(), soft_wrap=True, highlight=False, markup=False)

    def note(self, words: str) -> None:
        """Print a line that stays, above the bars where there are any."""
        self._console.print(words, soft_wrap=True, highlight=False, markup=False)


def picture(state: LiveState) -> RenderableType:
    """The state as bars, at most 80 columns wide."""
    title = Table.grid(expand=True)
    title.add_column(no_wrap=True, overflow="ellipsis")
    title.add_column(justify="right", no_wrap=True)
    title.add_row(
        Text(state.step, style="bold"), Text(f"{state.elapsed_seconds:.1f} s", style="dim")
    )
    bars = Table.grid(padding=(0, 1))
    bars.add_column(width=8, no_wrap=True)
    bars.add_column(width=10, style="dim", no_wrap=True)
    bars.add_column(width=BAR_WIDTH)
    bars.add_column(width=12, justify="right", no_wrap=True)
    if state.loaded is not None:
        bars.add_row("loaded", "", _bar(state.loaded, 100, COLOURS["target"]), f"{state.loaded} %")
    bars.add_row(
        "reads", "weight", _bar(state.read_weight, 100, "grey62"), f"{state.read_weight} %"
    )
    share = state.read_share
    bars.add_row("", "measured", _bar(100 * (share or 0), 100, COLOURS["target"]), _percent(share))
    fastest = max([*state.writes_per_second.values(), 1.0])
    for side, colour in COLOURS.items():
        rate = state.writes_per_second.get(side, 0.0)
        heading = "writes" if side == "source" else ""
        bars.add_row(heading, side, _bar(rate, fastest, colour), f"{rate:,.0f}/s")
    return Panel(
        Group(title, _plan(state), Text(), bars, Text(), _footer(state)),
        title=Text(f" {state.scenario} "),
        title_align="left",
        width=WIDTH,
        padding=(0, 2),
    )


def _plan(state: LiveState) -> Text:
    """The stages: done, the present one, those to come."""
    words = Text("stages", style="dim")
    for weight in state.weights:
        style = "dim" if weight > state.read_weight else COLOURS["target"]
        words.append(
            f"  {weight} %", style=f"bold {style}" if weight == state.read_weight else style
        )
    words.append("  writer ", style="dim")
    words.append(f"on the {state.writer}", style=f"bold {COLOURS[state.writer]}")
    return words


def _footer(state: LiveState) -> Text:
    words = Text("lag ", style="dim")
    words.append(_lag(state.lag_seconds), style="" if state.lag_seconds is not None else "bold red")
    words.append("   client errors ", style="dim")
    words.append(str(state.errors))
    return words


def _bar(value: float, total: float, colour: str) -> ProgressBar:
    return ProgressBar(
        total=total,
        completed=min(value, total),
        width=BAR_WIDTH,
        complete_style=colour,
        finished_style=colour,
    )


def _percent(share: float | None) -> str:
    return "not known" if share is None else f"{100 * share:.0f} %"


def _lag(seconds: float | None) -> str:
    return "not known" if seconds is None else f"{seconds:.1f} s"
