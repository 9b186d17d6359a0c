"""`vaandel doctor`: is everything in order, and what to do if not."""

from __future__ import annotations

import argparse
import json

from vaandel.config import diagnosis
from vaandel.config.cli import FAILED
from vaandel.config.health import Finding, as_rows


def run(arguments: argparse.Namespace) -> int:
    findings = diagnosis.examine()
    if arguments.json:
        print(json.dumps(as_rows(findings), indent=2, ensure_ascii=False))
    else:
        print("\n".join(line for finding in findings for line in lines_of(finding)))
    return 0 if all(finding.ok for finding in findings) else FAILED


def lines_of(finding: Finding) -> list[str]:
    lines = [f"{'ok ' if finding.ok else 'BAD'}  {finding.name:18} {finding.detail}"]
    if not finding.ok and finding.advice:
        lines.append(f"{'':24}→ {finding.advice}")
    return lines
