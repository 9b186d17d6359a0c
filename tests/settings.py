"""The settings of the tests: the product's own, read in a known environment.

Variables of the person at the keyboard must not decide whether tests pass;
`VAANDEL_DATABASE_URL` stays, since that is how the same tests run on PostgreSQL.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from importlib import import_module
from pathlib import Path

KEPT = {"VAANDEL_DATABASE_URL"}
GIVEN = {
    "VAANDEL_SECRET_KEY": "only-for-the-tests-only-for-the-tests-only-for-the-tests",
    "VAANDEL_LOG_FORMAT": "text",
}

for name in [name for name in os.environ if name.startswith("VAANDEL_") and name not in KEPT]:
    del os.environ[name]
folder = tempfile.mkdtemp(prefix="vaandel-tests-")
# WhiteNoise warns when there is no such folder.
(Path(folder) / "static").mkdir()
atexit.register(shutil.rmtree, folder, ignore_errors=True)
os.environ |= {**GIVEN, "VAANDEL_DATA": folder}

# Only now, since this reads the environment.
product = import_module("vaandel.config.settings")
globals().update({name: getattr(product, name) for name in dir(product) if name.isupper()})

# The real ones are slow on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# The tests' transaction, which is rolled back, holds one database: clicks are in it as they are
# on PostgreSQL. `tests/config/test_clicks_file.py` looks at the two files.
if len(globals()["DATABASES"]) > 1:
    DATABASES = {"default": import_module("vaandel.config.databases").sqlite(Path(folder) / "db")}
