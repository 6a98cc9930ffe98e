"""Names as clients resolve them: each simulated user keeps an answer for its TTL."""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

EXAMPLE_TTL_SECONDS: Final = 1.0


class Answer(Protocol):
    """What a resolver says: the value of the record, and how long it may be kept."""

    @property
    def value(self) -> str: ...

    @property
    def ttl_seconds(self) -> float: ...


class Resolver(Protocol):
    """A look-up that goes to the name server every time; all clients of a process share one."""

    def resolve(self, name: str) -> Answer:
        """The answer of this moment. Raises OSError where the name server gives none."""
        ...


class CachedName:
    """One user's view of one name: the last answer, until its TTL has passed."""

    def __init__(self, resolver: Resolver, name: str) -> None:
        self._resolver = resolver
        self._name = name
        self._value = ""
        self._expires = float("-inf")

    def value(self) -> tuple[str, bool]:
        """The value to connect to, and whether the name server was asked for it just now.

        While the name server gives no answer, the last one serves on: what a name pointed at a
        moment ago is better than nothing. Raises OSError where there is none.
        """
        now = time.monotonic()
        if now < self._expires:
            return self._value, False
        try:
            answer = self._resolver.resolve(self._name)
        except OSError:
            if not self._value:
                raise
            return self._value, False
        self._value = answer.value
        # Counted from the question: an answer is never kept longer than its TTL.
        self._expires = now + answer.ttl_seconds
        return self._value, True


@dataclass(frozen=True, kw_only=True)
class FileAnswer:
    """An answer read from a file of weights."""

    value: str
    ttl_seconds: float


class FileResolver:
    """Weighted answers from a JSON file, `{"name": {"value": weight, ...}}`, read each time.

    For rehearsals without a name server; replace the file in one step (rename) while clients run.
    """

    def __init__(
        self, *, path: str, ttl_seconds: float = EXAMPLE_TTL_SECONDS, seed: int | None = None
    ) -> None:
        self._path = Path(path)
        self._ttl_seconds = ttl_seconds
        self._random = random.Random(seed)

    def resolve(self, name: str) -> FileAnswer:
        weights: dict[str, int] = json.loads(self._path.read_text())[name]
        (value,) = self._random.choices(list(weights), weights=list(weights.values()))
        return FileAnswer(value=value, ttl_seconds=self._ttl_seconds)
