"""Scores of answers: NPS, CSAT, CES, any mean score, the satisfaction index and its drivers.

It imports `estimators` and the rooms below it, not money, not customers; the reports show it.
"""
