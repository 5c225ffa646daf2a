"""A frame of SQLFrame: PySpark's words, SQL underneath, no Java."""

from sqlframe.duckdb import DuckDBSession

import relmetrics as rm
from relmetrics import frames

session = DuckDBSession()
rows = [(10, "gold"), (9, "gold"), (3, "basic"), (None, "basic"), (8, None), (10, "gold")]
answers = session.createDataFrame(rows, ["recommend", "plan"])

report = frames.measure(answers, {"recommend": rm.NPS()}, by="plan")
for row in report.select("by", "plan", "value", "n", "missing").collect():
    print(*row)
