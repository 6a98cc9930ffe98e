"""The table of prices, which is data: prices.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cutover.cost.ranges import Range

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH: Final = Path(__file__).with_name("prices.toml")


@dataclass(frozen=True, kw_only=True)
class Price:
    """Of one unit, with where the figure comes from."""

    item: str
    unit: str
    each: Range
    source: str


@dataclass(frozen=True, kw_only=True)
class PriceTable:
    """The prices of one region as they were on one date."""

    date: str
    region: str
    prices: Mapping[str, Price]

    def sources(self) -> dict[str, int]:
        """How many prices come from where; what follows a colon or semicolon is a remark."""
        counted: dict[str, int] = {}
        for price in self.prices.values():
            source = price.source.replace(";", ":").partition(":")[0]
            counted[source] = counted.get(source, 0) + 1
        return counted


def read(path: Path = PATH) -> PriceTable:
    """Raises ValueError or KeyError for a table that is not in order: it is part of the code."""
    data = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    return PriceTable(
        date=data.pop("date"),
        region=data.pop("region"),
        prices={key: _price(entry) for key, entry in data.items()},
    )


def _price(entry: Mapping[str, Any]) -> Price:
    """Where sources agree, `likely` is all there is."""
    likely = Decimal(entry["likely"])
    return Price(
        item=entry["item"],
        unit=entry["unit"],
        each=Range(Decimal(entry.get("low", likely)), likely, Decimal(entry.get("high", likely))),
        source=entry["source"],
    )
