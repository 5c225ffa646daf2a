"""A table of PyArrow."""

import pyarrow as pa

import relmetrics as rm
from relmetrics import frames

answers = pa.table(
    {"recommend": [10, 9, 3, None, 8, 10], "plan": ["gold", "gold", "basic", "basic", None, "gold"]}
)
report = frames.measure(answers, {"recommend": rm.NPS()}, by="plan")
print(report.select(["by", "plan", "value", "n", "missing"]).to_pylist()[1])
