"""What one asks of a metric's states by group and over time.

Groups: breakdowns, comparisons, rankings, what changed a total. Trends: changes, slopes, alerts. It
knows metrics by their contract alone and imports `metric` and the rooms below it; the kinds of
metric make breakdowns and trends.
"""
