"""Labels: columns of any kind become group numbers, ids that somebody must have, ordered levels.

It imports what `data` may, and nothing of time; groups, logs and weights read labels through it.
"""
