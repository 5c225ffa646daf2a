"""Rates of customers, and their behaviour in a log of purchases.

Retention, churn, loyalty, contact and return on relationship from counts; windows, cohorts,
survival and stages from a `PurchaseLog`. It imports `money`, `estimators` and the rooms below
them; the reports show it.
"""
