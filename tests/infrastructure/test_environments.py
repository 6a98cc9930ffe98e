"""The settings files that the templates are proved with: together they use every setting."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from migration_stacks import place, settings
from migration_stacks.settings.faults import SettingsError
from tests.infrastructure.environments import FILES

if TYPE_CHECKING:
    from collections.abc import Iterator


def keys(model: type[BaseModel], at: str = "") -> Iterator[tuple[str, object]]:
    """Every key that a file may have, dotted, with its default (Ellipsis where it has none)."""
    for name, field in model.model_fields.items():
        section = section_of(field.annotation)
        if section is not None:
            yield from keys(section, f"{at}{name}.")
        elif not only_one_value(field.annotation):
            yield f"{at}{name}", ... if field.is_required() else field.default


def section_of(annotation: Any) -> type[BaseModel] | None:
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None


def only_one_value(annotation: Any) -> bool:
    return get_origin(annotation) is Literal and len(get_args(annotation)) == 1


def written(document: dict[str, Any], at: str = "") -> Iterator[tuple[str, object]]:
    for name, value in document.items():
        if isinstance(value, dict):
            yield from written(value, f"{at}{name}.")
        else:
            yield f"{at}{name}", tuple(value) if isinstance(value, list) else value


def test_every_setting_has_a_value_other_than_its_default_in_some_environment() -> None:
    """A setting that nobody sets is one that no rule has looked at."""
    values: dict[str, set[object]] = {}
    for name, path in FILES.items():
        if name != "example":
            for key, value in written(tomllib.loads(path.read_text())):
                values.setdefault(key, set()).add(value)
    unused = [
        key for key, default in keys(settings.Settings) if not values.get(key, set()) - {default}
    ]
    assert not unused, "give these a value in tests/infrastructure/settings/full.toml"


def test_the_minimal_file_has_only_what_has_no_default() -> None:
    document = tomllib.loads(FILES["minimal"].read_text())
    for section, content in document.items():
        for key in content if isinstance(content, dict) else ():
            less = {name: part for name, part in content.items() if name != key}
            with pytest.raises(SettingsError, match=rf"{section}\.{key}: is missing"):
                settings.parse({**document, section: less}, origin="minimal.toml")
    del document["region"]
    with pytest.raises(SettingsError, match="region: is given nowhere"):
        place.choose(
            settings=settings.parse(document, origin="minimal.toml"), context={}, environment={}
        )


def test_production_keeps_what_can_be_lost() -> None:
    given = settings.load(FILES["production"])
    assert given.dms.multi_az
    assert given.database.backup_days >= 14
    assert given.database.deletion_protection
    assert given.notifications.emails
