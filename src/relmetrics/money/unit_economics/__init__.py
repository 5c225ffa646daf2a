"""Unit economics: what a customer brings and costs, with the uncertainty of what it rests on.

Average revenue, gross margin and quick ratio are metrics; what follows from them, lifetime value,
its ratio to the cost of acquisition, payback and break-even, are figures with intervals.
"""
