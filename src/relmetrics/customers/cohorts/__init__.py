"""Cohorts: customers who came together, and how many of them are active later.

Their definition, how they are counted, their retention and their JSON. It imports
`customers.purchases` and the rooms below; `PurchaseLog` makes them.
"""
