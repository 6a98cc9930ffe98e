"""The settings files that every template is proved with."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]

FILES: Final = {
    "example": ROOT / "settings" / "example.toml",
    "minimal": ROOT / "settings" / "minimal.toml",
    "production": ROOT / "settings" / "production.toml",
    "full": ROOT / "tests" / "infrastructure" / "settings" / "full.toml",
    "existing-vpc": ROOT / "tests" / "infrastructure" / "settings" / "existing-vpc.toml",
    "transit-gateway": ROOT / "tests" / "infrastructure" / "settings" / "transit-gateway.toml",
}
