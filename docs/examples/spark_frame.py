"""A frame of Spark: the cluster counts, the driver gets groups times points of the scale."""

from pyspark.sql import SparkSession

import relmetrics as rm
from relmetrics import frames

settings = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.session.timeZone": "UTC",
}
spark = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
rows = [(10, "gold"), (9, "gold"), (3, "basic"), (None, "basic"), (8, None), (10, "gold")]
answers = spark.createDataFrame(rows, "recommend int, plan string")

report = frames.measure(answers, {"recommend": rm.NPS()}, by="plan")
for row in report.select("by", "plan", "value", "n", "missing").collect():
    print(*row)
