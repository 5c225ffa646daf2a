"""Key drivers: how much each factor contributes to the overall rating.

Reading ratings, splitting R squared, drawing it anew for intervals. It imports what `survey` may;
the satisfaction index takes its weights from it.
"""
