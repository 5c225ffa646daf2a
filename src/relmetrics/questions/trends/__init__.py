"""Trends: a metric period by period, its changes, its slope and what chance does not explain.

It imports `questions.groups` and what `questions` may; the kinds of metric make trends.
"""
