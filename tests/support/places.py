"""Where things lie: the repository, what other programs found, and data sets beside them."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
ORACLES = ROOT / "tests" / "oracles"

# Public data sets, which are too large for the repository.
DATA = Path(os.environ.get("RELMETRICS_SHARED", ROOT.parent / "shared")) / "data"


def oracles(name: str, *families: str) -> list[dict[str, Any]]:
    """Return the results of other programs in a file, all or those of these families."""
    cases = json.loads((ORACLES / f"{name}.json").read_text(encoding="utf-8"))
    return [case for case in cases if not families or case["family"] in families]


def has_data_set(name: str) -> bool:
    """Tell whether a public data set is there."""
    return (DATA / name.removeprefix("public/")).is_file()


def data_set(name: str) -> Path:
    """Return the path of a public data set, or skip the test that asks where there is none."""
    name = name.removeprefix("public/")
    if not has_data_set(name):
        pytest.skip(f"{name} lies beside the repository, and is not there")
    return DATA / name
