"""`cutover cost`: synthesizes or reads the stacks, estimates, and shows it in 80 columns or as JSON."""

from __future__ import annotations

import dataclasses
import io
import json
import tempfile
import textwrap
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.console import Console
from rich.table import Table

from cutover.cli.synthesis import NotSynthesized, synthesize
from cutover.cost import assembly as assemblies
from cutover.cost import prices as price_tables
from cutover.cost.catalogue import NOT_COUNTED
from cutover.cost.database import limits
from cutover.cost.estimate import Estimate, Line, estimate
from cutover.cost.usage import Circumstances, Phase

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import RenderableType

    from cutover.cost.assembly import Stack
    from cutover.cost.prices import PriceTable
    from cutover.cost.ranges import Range
    from cutover.cost.usage import Assumptions

_COLUMNS: Final = 80


class CanNotEstimate(Exception):
    """The message is for the operator, with the remedy."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """An estimate with all that it stands on."""

    estimate: Estimate
    prices: PriceTable
    assumptions: Assumptions
    stacks: tuple[Stack, ...]

    @property
    def region(self) -> str:
        return self.stacks[0].region


def capacity(given: float | None) -> Decimal | None:
    return None if given is None else Decimal(str(given))


def estimated(
    *,
    settings: Path | None,
    assembly: Path | None,
    assumptions: Assumptions,
    say: Callable[[str], None],
) -> Result:
    """Raises CanNotEstimate."""
    if (settings is None) == (assembly is None):
        raise CanNotEstimate(
            "cutover cost: give either --settings FILE, as settings/example.toml, or --assembly FOLDER"
        )
    try:
        stacks = _synthesized(settings, say) if settings else assemblies.read(assembly or Path())
    except (assemblies.NoAssembly, NotSynthesized) as error:
        raise CanNotEstimate(str(error)) from error
    table = price_tables.read()
    return Result(
        estimate=estimate(stacks, prices=table, assumptions=assumptions),
        prices=table,
        assumptions=assumptions,
        stacks=stacks,
    )


def _synthesized(settings: Path, say: Callable[[str], None]) -> tuple[Stack, ...]:
    say(f"synthesizing the stacks of {settings} ...")
    with tempfile.TemporaryDirectory(prefix="cutover-cost-") as folder:
        synthesize(settings, Path(folder))
        return assemblies.read(Path(folder))


def as_json(result: Result) -> str:
    """One object; amounts in dollars, with the cents."""
    found, prices = result.estimate, result.prices
    return json.dumps(
        {
            "currency": "USD",
            "region": result.region,
            "prices": {"date": prices.date, "region": prices.region, "sources": prices.sources()},
            "assumptions": dataclasses.asdict(result.assumptions),
            "capacity": {phase.value: shown for phase, shown in _capacities(result).items()},
            "phases": {
                phase.value: {
                    "total": _dollars(found.total(phase)),
                    "stacks": {name: _dollars(found.of(phase, name)) for name in found.stacks},
                    "lines": [_line(line) for line in found.phases[phase]],
                }
                for phase in Phase
            },
            "full_load": {
                "a_day": _dollars(found.day_of_load()),
                "once": _dollars(found.once_a_load()),
            },
            "removed_after_finalize": found.removed,
            "unpriced": found.unpriced,
            "not_counted": NOT_COUNTED,
        },
        indent=2,
        default=float,
    )


def _dollars(amount: Range) -> dict[str, Decimal]:
    return {"low": amount.low, "likely": amount.likely, "high": amount.high}


def _line(line: Line) -> dict[str, Any]:
    return {
        "stack": line.stack,
        "item": line.item,
        "unit": line.unit,
        "once": line.once,
        "quantity": _dollars(line.quantity),
        "unit_price": _dollars(line.each),
        "amount": _dollars(line.amount),
    }


def as_text(result: Result, *, lines: bool) -> str:
    """The table by stack and phase, what it stands on, and on demand each line."""
    parts = [_drawn(_summary(result.estimate)), _load(result.estimate)]
    if lines:
        parts += [_drawn(_details(result.estimate, phase)) for phase in Phase]
    parts += [*_warnings(result), _notes(result)]
    return "\n\n".join(parts)


def _summary(found: Estimate) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1), width=_COLUMNS)
    table.add_column("$ a month")
    for phase in Phase:
        table.add_column(phase.value, justify="right")
    for name in found.stacks:
        table.add_row(name, *(_cell(found.of(phase, name)) for phase in Phase))
    table.add_section()
    table.add_row("all", *(_cell(found.total(phase)) for phase in Phase))
    return table


def _cell(amount: Range) -> str:
    """The likely amount, and below it the range where there is one."""
    if not amount.high:
        return "-\n"
    low, likely, high = (f"{value:,.0f}" for value in _dollars(amount).values())
    return f"{likely}\n" + (f"{low}-{high}" if low != high else "")


def _load(found: Estimate) -> str:
    day, once = found.day_of_load(), found.once_a_load()
    return _wrapped(
        f"A full load lasts hours or days: it costs ${day.likely:,.0f} a day (${day.low:,.0f} to ${day.high:,.0f}) "
        f"and ${once.likely:,.0f} (${once.low:,.0f} to ${once.high:,.0f}) once. After finalize "
        f"{_listed(found.removed)} are destroyed."
    )


def _details(found: Estimate, phase: Phase) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        padding=(0, 1, 0, 0),
        width=_COLUMNS,
        title=f"{phase.value}: $ a month",
        title_justify="left",
        title_style="",
    )
    table.add_column("stack")
    table.add_column("for", overflow="fold")
    for name in ("likely quantity", "low", "likely", "high"):
        table.add_column(name, justify="right", no_wrap=name != "likely quantity")
    for line in found.phases[phase]:
        table.add_row(
            line.stack,
            line.item + (", once" if line.once else ""),
            f"{_number(line.quantity.likely)} {line.unit}",
            *(f"{amount:,.2f}" for amount in _dollars(line.amount).values()),
        )
    return table


def _number(value: Decimal) -> str:
    """Without digits that nobody could know."""
    return f"{value:,.0f}" if value >= 100 else f"{float(value):.3g}"


def _warnings(result: Result) -> list[str]:
    found = []
    if result.region != result.prices.region:
        found.append(
            _wrapped(
                f"These stacks are for {result.region}, and the prices are those of {result.prices.region}: no other "
                "region's are known here. Most are higher elsewhere."
            )
        )
    if result.estimate.unpriced:
        found.append(
            "NOT IN THE SUMS, no price is known:\n"
            + "\n".join(_wrapped(f"  {one}", indent=4) for one in result.estimate.unpriced)
        )
    return found


def _notes(result: Result) -> str:
    assumed = result.assumptions
    counted = ", ".join(f"{number} {source}" for source, number in result.prices.sources().items())
    acu = "; ".join(f"{phase.value} {shown}" for phase, shown in _capacities(result).items())
    notes = (
        f"assumed  {assumed.storage_gigabytes:,} GB, {assumed.changes_per_second:,} changed rows/s, "
        f"{assumed.dns_queries_per_second:,} DNS queries/s (options of this command)",
        f"ACU      of an instance, least to most: {acu}; likely is the geometric mean, in the load the most, "
        "before it the least",
        f"prices   {result.prices.region}, {result.prices.date}, on demand ({counted}); no official list: compare "
        "with the pricing pages before you promise a figure (docs/cost.md)",
        f"without  {', '.join(NOT_COUNTED)}",
    )
    return "\n".join(_wrapped(note, indent=9) for note in notes)


def _capacities(result: Result) -> dict[Phase, str]:
    """Least to most, by phase, of the cluster that there is."""
    for stack in result.stacks:
        for cluster in stack.resources("AWS::RDS::DBCluster"):
            if "ServerlessV2ScalingConfiguration" not in cluster.properties:
                continue
            return {phase: _span(limits(cluster, _at(phase, stack, result))) for phase in Phase}
    return {}


def _at(phase: Phase, stack: Stack, result: Result) -> Circumstances:
    return Circumstances(
        phase=phase, assumptions=result.assumptions, stack=stack, stacks=result.stacks
    )


def _span(limits: tuple[Decimal, Decimal]) -> str:
    return " to ".join(f"{float(limit):g}" for limit in limits)


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:]))) or "no stacks"


def _wrapped(text: str, *, indent: int = 0) -> str:
    return textwrap.fill(text, _COLUMNS, subsequent_indent=" " * indent, break_on_hyphens=False)


def _drawn(what: RenderableType) -> str:
    """Always as wide as a terminal is at least, so that a pipe and a log get the same."""
    out = io.StringIO()
    Console(file=out, width=_COLUMNS, color_system=None, force_terminal=False).print(what)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())
