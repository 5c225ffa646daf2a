"""Where things lie: the repository, and what may lie beside it."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Public data sets that are too large for a repository. Tests that need them skip without.
BESIDE = Path(os.environ.get("RELMETRICS_SHARED", ROOT.parent / "shared"))
DATA = BESIDE / "data"
ORACLES = DATA / "oracles"
