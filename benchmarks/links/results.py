"""Where measurements leave their figures: a file each, with the machine they were taken on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.links import machine

FOLDER = Path(__file__).parents[1] / "results"


def write(name: str, rows: Sequence[dict[str, Any]], **settings: Any) -> Path:
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / f"{name}.json"
    found = {"machine": machine.description(), "settings": settings, "rows": list(rows)}
    file.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    print(f"The figures are in benchmarks/results/{file.name}.")
    return file
