"""`make run`: set everything up, then run Vaandel with a demonstration organisation.

The address, port and data folder come from VAANDEL_BIND, VAANDEL_PORT and VAANDEL_DATA.
"""

from __future__ import annotations

import os
import sys

from prepare import PYTHON, prepare
from steps import ROOT, StepFailed, say


def main() -> None:
    say("Vaandel: setting up")
    try:
        prepare("base")
    except StepFailed as error:
        sys.exit(f"\n{error}")
    given = {
        "VAANDEL_DEMO": "1",
        "VAANDEL_DATA": str(ROOT / "data"),
        "VAANDEL_LOG_FORMAT": "text",
    }
    # Becomes `vaandel up`, which migrates, makes the demonstration data and says the address.
    os.execve(PYTHON, [str(PYTHON), "-m", "vaandel", "up"], {**given, **os.environ})  # noqa: S606 - our own


if __name__ == "__main__":
    main()
