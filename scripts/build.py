"""`make build`: a wheel in dist/ with the built front end and the compiled translations."""

from __future__ import annotations

import shutil
import sys

from prepare import PYTHON, prepare
from steps import ROOT, StepFailed, run, say, step


def main() -> int:
    try:
        prepare("dev")
        with step("wheel"):
            shutil.rmtree(ROOT / "dist", ignore_errors=True)
            run([PYTHON, "-m", "hatchling", "build", "-t", "wheel"])
    except StepFailed as error:
        say(f"\n{error}")
        return 1
    wheel = next((ROOT / "dist").glob("*.whl"))
    say(f"{wheel.relative_to(ROOT)}: {wheel.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
