"""Windows of time: the definitions of retention and churn, their counts, and their rates.

Where each customer stands in a window is found by the logs; what follows from it is here, once.
"""
