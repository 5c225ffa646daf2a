"""Lifecycle: the stages of a relationship, from a log of stages or from purchases by rules.

Portfolio, transitions, reach and time to dissolution. It imports `customers.purchases` and the
rooms below; `PurchaseLog` and `StageLog` make them.
"""
