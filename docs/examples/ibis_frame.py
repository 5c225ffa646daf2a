"""A table of Ibis: DuckDB here, a warehouse elsewhere."""

import ibis

import relmetrics as rm
from relmetrics import frames

answers = ibis.memtable(
    {"recommend": [10, 9, 3, None, 8, 10], "plan": ["gold", "gold", "basic", "basic", None, "gold"]}
)
report = frames.measure(answers, {"recommend": rm.NPS()}, by="plan")
print(report.select("by", "plan", "value", "n", "missing").execute().round(1))
