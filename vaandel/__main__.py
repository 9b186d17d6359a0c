"""`python -m vaandel` is the `vaandel` command."""

import sys

from vaandel.config.cli import main

sys.exit(main())
