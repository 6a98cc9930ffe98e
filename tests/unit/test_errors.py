"""The tree in the docstring is the tree in the code."""

from __future__ import annotations

import inspect
import re

from cutover import errors


def test_the_drawn_tree_names_every_error_with_its_parent() -> None:
    drawn: dict[str, str] = {}
    parents: list[str] = []
    for line in inspect.cleandoc(errors.__doc__ or "").splitlines()[1:]:
        match = re.match(r"^((?:[│ ]   )*)(?:[├└]── )?([A-Z]\w+)", line)
        if match:
            depth = len(match[1]) // 4 + (1 if "──" in line else 0)
            drawn[match[2]] = parents[depth - 1] if depth else "Exception"
            parents[depth:] = [match[2]]
    found = {
        name: kind.__bases__[0].__name__
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if kind.__module__ == errors.__name__
    }
    assert drawn == found
