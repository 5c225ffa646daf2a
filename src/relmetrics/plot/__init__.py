"""Figures of results, with matplotlib (the extra ``plot``).

    from relmetrics import plot

Every function draws on `ax`, or on new axes of its own, and returns the axes. Its `chart`, as in
``plot.trend.chart(trend)``, is the same figure for Altair (the extra ``altair``), with the numbers
where one points. Nothing is shown and no global style is set. Titles name metric, unit and n, axes
their unit. It imports the results that it draws; matplotlib or Altair when something is drawn.
"""

from relmetrics.plot.answer_bars import answers, likert, split
from relmetrics.plot.breakdown import intervals
from relmetrics.plot.cohort_cells import cohorts, retention
from relmetrics.plot.comparisons import differences
from relmetrics.plot.decompositions import decomposition
from relmetrics.plot.drivers import importance_performance
from relmetrics.plot.estimate_rows import comparison, estimates, ranking
from relmetrics.plot.flows import movements, waterfall
from relmetrics.plot.stage_bars import funnel, stages
from relmetrics.plot.tenure import survival
from relmetrics.plot.trends import trend

__all__ = [
    "answers",
    "cohorts",
    "comparison",
    "decomposition",
    "differences",
    "estimates",
    "funnel",
    "importance_performance",
    "intervals",
    "likert",
    "movements",
    "ranking",
    "retention",
    "split",
    "stages",
    "survival",
    "trend",
    "waterfall",
]
