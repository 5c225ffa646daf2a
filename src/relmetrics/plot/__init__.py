"""Figures of results, with matplotlib (the extra ``plot``).

    from relmetrics import plot

One file for each kind of result; every function draws on `ax`, or on new axes of its own, and
returns the axes. Nothing is shown and no global style is set. Axes are labelled with their unit.
It imports the results that it draws; matplotlib is imported when something is drawn.
"""

from relmetrics.plot.breakdown import intervals
from relmetrics.plot.comparisons import differences
from relmetrics.plot.decompositions import decomposition
from relmetrics.plot.drivers import importance_performance
from relmetrics.plot.trends import trend

__all__ = ["decomposition", "differences", "importance_performance", "intervals", "trend"]
