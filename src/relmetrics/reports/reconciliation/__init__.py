"""Reconciliation: one data set under every definition, and who makes the difference.

It imports what `reports` may; nothing but users call it.
"""
