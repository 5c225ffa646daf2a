"""Groups: a metric by group, compared, ranked, and what changed their total.

It knows nothing of time, and imports what `questions` may; trends are breakdowns in order and
stand on it.
"""
