"""docs/preflight.md says what the catalogue has."""

from __future__ import annotations

from tests.preflight.page import PAGE, page


def test_the_page_is_as_it_would_be_written_now() -> None:
    text = PAGE.read_text()
    assert page(text) == text, "`.venv/bin/python -m tests.preflight.page` writes it anew"
