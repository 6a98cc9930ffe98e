"""What the tests of all machines share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor


@pytest.fixture(scope="session", autouse=True)
def definitions_are_read_once() -> Iterator[None]:
    """moto reads a definition where a machine is made and again where one is started: a quarter of a second each.

    The tests have few definitions and start each many times. What remembers an execution is made anew, of the tree.
    """
    read, trees = AmazonStateLanguageParser.parse, dict[str, Any]()

    def parse(definition: str) -> tuple[Any, Any]:
        if definition not in trees:
            _, trees[definition] = read(definition)
        return Preprocessor().visit(trees[definition]), trees[definition]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(AmazonStateLanguageParser, "parse", staticmethod(parse))
        yield
