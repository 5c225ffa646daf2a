"""Behaviour: purchases in a frame, and the questions of a `PurchaseLog` computed by its engine.

Days and periods are whole numbers; the plans are group-bys, joins on whole numbers and nothing
cleverer. It imports the rest of `frames`, and `customers` presents what comes back.
"""
