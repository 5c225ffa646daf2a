"""Purchases: the state of a log, and the questions that need nothing but its rows.

Windows of time, movements, loyalty and gaps. It imports the rates of `customers` and the rooms
below; cohorts, survival, stages and `PurchaseLog` stand on it.
"""
