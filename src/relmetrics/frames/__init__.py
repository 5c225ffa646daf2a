"""Metrics where the data lives: data frames, databases and what computes in parts.

    from relmetrics import frames

The engine of the frame counts and sums by group, and only that comes to Python: groups times
points of a scale, never rows. Frames are known by narwhals (the extra ``frames``), which is
imported when a frame is first asked. Columns are named by text.
"""

from relmetrics.frames.behaviour.purchases import purchases
from relmetrics.frames.measure import measure
from relmetrics.frames.queries.drivers import drivers
from relmetrics.frames.saved import read_states, write_states
from relmetrics.frames.single import breakdown, moments, tally, trend

__all__ = [
    "breakdown",
    "drivers",
    "measure",
    "moments",
    "purchases",
    "read_states",
    "tally",
    "trend",
    "write_states",
]
