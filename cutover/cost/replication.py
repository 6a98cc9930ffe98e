"""What DMS meters: the instance by the hour and its disk; tasks and endpoints are free."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from cutover.cost.ranges import Range, exactly, within
from cutover.cost.usage import Circumstances, NoPrice, Phase, Use, by_the_hour

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cutover.cost.assembly import Resource

_FAMILIES: Final = ("t3", "c5", "c6i", "r5", "r6i")
_SMALLER: Final = {"micro": "0.125", "small": "0.25", "medium": "0.5", "large": "1"}
_INCLUDED_GIGABYTES: Final = {"t3": 50}
_INCLUDED_OTHERWISE: Final = 100


def instance(found: Resource, at: Circumstances) -> Iterator[Use]:
    """Twice in two zones, the disk as well."""
    family, size = _class(str(found.properties.get("ReplicationInstanceClass")))
    copies = 2 if found.properties.get("MultiAZ") else 1
    yield by_the_hour(f"dms_{family}", exactly(size * copies))
    gigabytes = int(found.properties.get("AllocatedStorage", 50))
    # Whether the disk that comes with a class is charged, sources don't agree.
    included = _INCLUDED_GIGABYTES.get(family, _INCLUDED_OTHERWISE)
    charged = Range(Decimal(max(gigabytes - included, 0)), Decimal(gigabytes), Decimal(gigabytes))
    yield Use(price="dms_storage", quantity=charged * copies)
    # The writer of the target is in the instance's own zone, or it is not.
    yield Use(
        price="zone_transfer",
        quantity=at.moved * within(0, 1, 1),
        once=at.phase is Phase.FULL_LOAD,
    )


def _class(name: str) -> tuple[str, Decimal]:
    """Family, and the size in units of `large`: prices within a family are proportional."""
    match = re.fullmatch(r"dms\.([a-z0-9]+)\.(?:(\d*)xlarge|(micro|small|medium|large))", name)
    if match is None or match[1] not in _FAMILIES:
        raise NoPrice(f"a replication instance of class {name}")
    family, multiple, smaller = match.groups()
    return family, Decimal(_SMALLER[smaller]) if smaller else Decimal(2 * int(multiple or 1))
