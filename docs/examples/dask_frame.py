"""A frame of Dask: every partition is counted by itself."""

import warnings

import dask.dataframe as dd
import pandas as pd

import relmetrics as rm
from relmetrics import frames

warnings.filterwarnings("ignore", message=".*pyarrow")
rows = pd.DataFrame(
    {"recommend": [10, 9, 3, None, 8, 10], "plan": ["gold", "gold", "basic", "basic", None, "gold"]}
)
answers = dd.from_pandas(rows, npartitions=2)
report = frames.measure(answers, {"recommend": rm.NPS()}, by="plan")
print(report.compute()[["by", "plan", "value", "n", "missing"]].round(1))
