"""Survival: shares still there, their means, their tests and bands, and the reasons of leaving.

Arrays of times, events and numbers at risk in, arrays out; `customers.survival` asks it.
"""
