"""A quantity or an amount that is known within limits."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

Number = Decimal | int | str

_CENT: Final = Decimal("0.01")


@dataclass(frozen=True)
class Range:
    """Never out of order: low <= likely <= high."""

    low: Decimal
    likely: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.likely <= self.high:
            raise ValueError(f"{self.low}, {self.likely}, {self.high}: not in order")

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.likely + other.likely, self.high + other.high)

    def __mul__(self, other: Range | Decimal | int) -> Range:
        by = other if isinstance(other, Range) else exactly(other)
        return Range(self.low * by.low, self.likely * by.likely, self.high * by.high)

    def beyond(self, free: Decimal, *, most: Decimal) -> Range:
        """What is left when `free` is taken off, up to a limit."""
        return Range(
            *(
                min(max(value - free, Decimal()), most)
                for value in (self.low, self.likely, self.high)
            )
        )

    def to_cents(self) -> Range:
        return Range(*(value.quantize(_CENT) for value in (self.low, self.likely, self.high)))


def exactly(value: Number) -> Range:
    number = Decimal(value)
    return Range(number, number, number)


def within(low: Number, likely: Number, high: Number) -> Range:
    return Range(Decimal(low), Decimal(likely), Decimal(high))


def total(ranges: Iterable[Range]) -> Range:
    return sum(ranges, start=exactly(0))
