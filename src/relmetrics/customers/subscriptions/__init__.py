"""Subscriptions: rows with a start, an end and a price; who has one when, and what it pays.

Their state, the time that each customer is one (spells), what is billed when, and recurring
revenue. `SubscriptionLog` asks it, with the windows, cohorts, survival and stages of all logs.
"""
