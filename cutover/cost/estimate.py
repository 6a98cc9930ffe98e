"""From templates and prices to amounts: pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cutover.cost.catalogue import METERED, is_free
from cutover.cost.ranges import Range, exactly, total
from cutover.cost.usage import DAYS, Circumstances, NoPrice, Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cutover.cost.assembly import Resource, Stack
    from cutover.cost.prices import PriceTable
    from cutover.cost.usage import Assumptions, Use

_REMOVED: Final = frozenset({"dms", "cutover"})
"""Destroyed after `cutover finalize`, and with them every stack that needs them."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One price of the table in one stack, for one month of a phase."""

    stack: str
    item: str
    unit: str
    quantity: Range
    each: Range
    amount: Range
    once: bool


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """All phases, and what could not be priced."""

    stacks: tuple[str, ...]
    phases: Mapping[Phase, tuple[Line, ...]]
    removed: tuple[str, ...]
    unpriced: tuple[str, ...]

    def of(self, phase: Phase, stack: str) -> Range:
        return total(line.amount for line in self.phases[phase] if line.stack == stack)

    def total(self, phase: Phase) -> Range:
        return total(line.amount for line in self.phases[phase])

    def day_of_load(self) -> Range:
        """What each day of the full load costs; a load takes hours or days, rarely a month."""
        hourly = total(line.amount for line in self.phases[Phase.FULL_LOAD] if not line.once)
        return (hourly * (1 / DAYS)).to_cents()

    def once_a_load(self) -> Range:
        return total(line.amount for line in self.phases[Phase.FULL_LOAD] if line.once)


def estimate(
    stacks: tuple[Stack, ...], *, prices: PriceTable, assumptions: Assumptions
) -> Estimate:
    """Every phase of the migration that these stacks are for."""
    removed = _removed(stacks)
    unpriced: dict[str, set[str]] = {}
    phases = {}
    for phase in Phase:
        lines: list[Line] = []
        for stack in stacks:
            at = Circumstances(phase=phase, assumptions=assumptions, stack=stack, stacks=stacks)
            gone = phase is Phase.AFTER and stack.name in removed
            found = [one for one in stack.resources() if one.kept or not gone]
            lines += _lines(stack.role, _uses(found, at, unpriced), prices)
        phases[phase] = tuple(lines)
    return Estimate(
        stacks=tuple(stack.role for stack in stacks),
        phases=phases,
        removed=tuple(stack.role for stack in stacks if stack.name in removed),
        unpriced=tuple(f"{what} ({_named(ids)})" for what, ids in unpriced.items()),
    )


def _removed(stacks: Iterable[Stack]) -> frozenset[str]:
    """In the order of deployment, so that whatever needs a removed stack comes after it."""
    names: set[str] = set()
    for stack in stacks:
        if stack.role in _REMOVED or stack.needs & names:
            names.add(stack.name)
    return frozenset(names)


def _uses(
    found: Iterable[Resource], at: Circumstances, unpriced: dict[str, set[str]]
) -> Iterator[Use]:
    """What is metered; what has no price is noted, since leaving it out would look like nothing."""
    for one in found:
        meter = METERED.get(one.kind)
        if meter is None:
            if not is_free(one.kind):
                unpriced.setdefault(f"{at.stack.role}: {one.kind}", set()).add(one.logical_id)
            continue
        try:
            yield from meter(one, at)
        except NoPrice as error:
            unpriced.setdefault(f"{at.stack.role}: {error}", set()).add(one.logical_id)


def _named(logical_ids: set[str]) -> str:
    first = min(logical_ids)
    return first if len(logical_ids) == 1 else f"{len(logical_ids)} of them, such as {first}"


def _lines(stack: str, uses: Iterable[Use], prices: PriceTable) -> Iterator[Line]:
    """One line for each price, whatever number of resources it is made of."""
    quantities: dict[tuple[str, bool], Range] = {}
    for use in uses:
        key = (use.price, use.once)
        quantities[key] = quantities.get(key, exactly(0)) + use.quantity
    for (name, once), quantity in quantities.items():
        price = prices.prices[name]
        amount = (quantity * price.each).to_cents()
        if amount.high:
            yield Line(
                stack=stack,
                item=price.item,
                unit=price.unit,
                quantity=quantity,
                each=price.each,
                amount=amount,
                once=once,
            )
