"""A few words of SVG: scales, ticks, and shapes as text. Colours come from the page's classes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Point = tuple[float, float]

NICE_STEPS: Final = (1, 2, 5, 10)


@dataclass(frozen=True)
class Scale:
    """From values to pixels, in a straight line."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        span = self.high - self.low or 1.0
        return self.start + (value - self.low) / span * (self.end - self.start)


def ticks(high: float, *, wanted: int) -> list[float]:
    """Round values from 0 to at least `high`, about as many as wanted."""
    rough = max(high, 1e-9) / wanted
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(nice * magnitude for nice in NICE_STEPS if nice * magnitude >= rough * 0.999)
    return [index * step for index in range(math.ceil(high / step - 1e-9) + 1)]


def line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{style}"/>'


def text(x: float, y: float, words: str, style: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{style}">{escape(words)}</text>'


def rectangle(x: float, y: float, width: float, height: float, style: str, title: str = "") -> str:
    size = f'width="{max(width, 0):.1f}" height="{max(height, 0):.1f}"'
    shape = f'<rect x="{x:.1f}" y="{y:.1f}" {size} class="{style}"'
    return f"{shape}><title>{escape(title)}</title></rect>" if title else f"{shape}/>"


def dot(x: float, y: float, radius: float, style: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" class="{style}"/>'


def path(points: Iterable[Point], style: str) -> str:
    """A line through the points."""
    steps = " L".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<path d="M{steps}" class="{style}"/>' if steps else ""


def area(upper: Sequence[Point], lower: Sequence[Point], style: str) -> str:
    """The surface between two lines, both from left to right."""
    steps = " L".join(f"{x:.1f},{y:.1f}" for x, y in [*upper, *reversed(lower)])
    return f'<path d="M{steps}Z" class="{style}"/>' if steps else ""


def drawing(width: float, height: float, shapes: Iterable[str], *, label: str) -> str:
    """A whole picture; `label` is what a screen reader says of it."""
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(label)}">'
        + "".join(shapes)
        + "</svg>"
    )
