"""The scripts that the documentation shows print what stands beside them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from engines_under_test import module, spark_session

EXAMPLES = sorted((Path(__file__).parents[2] / "docs" / "examples").glob("*_frame.py"))
NEEDED = {"dask": "dask.dataframe", "spark": "pyspark.sql", "sqlframe": "sqlframe.duckdb"}
PARAMS = [
    pytest.param(
        path, id=path.stem, marks=[pytest.mark.xdist_group("spark")] * (path.stem == "spark_frame")
    )
    for path in EXAMPLES
]


@pytest.mark.parametrize("path", PARAMS)
def test_the_example_prints_what_the_page_shows(path):
    """A page includes both, so what it shows was run."""
    engine = path.stem.removesuffix("_frame")
    for name in ("narwhals", "pyarrow", NEEDED.get(engine, engine)):
        module(name)
    if engine == "spark":
        spark_session()  # which says whether there is a java
    done = subprocess.run(  # noqa: S603 - our own interpreter and scripts
        [sys.executable, path],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == path.with_suffix(".out").read_text()
