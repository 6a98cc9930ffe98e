"""The rules for the weights of the stages, each broken one reported at its own weight."""

from __future__ import annotations

from typing import Final

from migration_stacks.faults import faults

ROUTE53_MAXIMUM: Final = 255
WHOLE: Final = 100


def check_stages(value: object) -> tuple[int, ...]:
    """The weights of the read record, in percent: rising, and at the end all reads are moved."""
    if not isinstance(value, list | tuple) or not value:
        raise faults(
            [
                (
                    "",
                    f"is {value!r}; a list of rising weights up to 100 is needed, such as [20, 50, 80, 100]",
                )
            ]
        )
    found = [
        (f"[{index}]", said) for index, weight in enumerate(value) if (said := _fault_of(weight))
    ]
    weights = [weight for weight in value if isinstance(weight, int)]
    found += [
        (
            "",
            f"goes from {before} to {after}; each stage must move more reads than the one before it: put them in rising order",
        )
        for before, after in zip(weights, weights[1:], strict=False)
        if after <= before
    ]
    if value[-1] != WHOLE:
        found.append(
            (
                "",
                f"ends at {value[-1]!r}; the writer is switched only after all reads were served by the target: end with {WHOLE}",
            )
        )
    if found:
        raise faults(found)
    return tuple(weights)


def _fault_of(weight: object) -> str | None:
    if isinstance(weight, bool) or not isinstance(weight, int):
        return f"is {weight!r}; a whole number from 1 to {WHOLE} is needed"
    if weight > ROUTE53_MAXIMUM:
        return f"is {weight}, over {ROUTE53_MAXIMUM}, Route 53's limit for a weight; stages count in percent: use 1 to {WHOLE}"
    if not 1 <= weight <= WHOLE:
        return f"is {weight}; a stage is a percentage of the reads: use 1 to {WHOLE}"
    return None
