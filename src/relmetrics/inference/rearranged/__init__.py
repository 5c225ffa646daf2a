"""Answers drawn from all together: what chance gives a group, exactly or by the saddlepoint."""
