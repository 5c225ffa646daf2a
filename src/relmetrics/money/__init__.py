"""Ratios and movements of money: return on investment, revenue kept and lost, retention's worth.

It imports `estimators` and the rooms below it, and knows nothing of surveys; logs of customers ask
it for their revenue.
"""
