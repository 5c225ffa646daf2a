"""Several questions at once: differences judged together, and whether groups differ at all.

Who asks many things finds something by luck; here it is said what was asked together.
"""
