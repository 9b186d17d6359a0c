"""`make run`: set everything up, then run Vaandel with a demonstration organisation.

The address, port and data folder come from VAANDEL_BIND, VAANDEL_PORT and VAANDEL_DATA.
"""

from __future__ import annotations

import os
import sys

from prepare import PYTHON, prepare
from steps import ROOT, StepFailed, say

sys.path.insert(0, str(ROOT))

# These two need nothing but the standard library: there may be no environment yet.
from vaandel.config import ports
from vaandel.lib.env import ConfigurationError, Reader


def check_port() -> None:
    """Raise `StepFailed` before the long set-up when nothing could run here after it."""
    reader = Reader(os.environ)
    bind = reader.text("VAANDEL_BIND", default="127.0.0.1")
    port = reader.number("VAANDEL_PORT", default=8000, at_least=1, at_most=65535)
    try:
        reader.finish()
        free = ports.free(bind, port)
    except ConfigurationError as error:
        raise StepFailed(str(error)) from error
    except OSError as error:
        raise StepFailed(f"VAANDEL_BIND={bind} cannot be listened on: {error.strerror}.") from error
    if not free:
        raise StepFailed(ports.taken_message(bind, port, command="make run"))


def main() -> None:
    try:
        check_port()
        say("Vaandel: setting up")
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
