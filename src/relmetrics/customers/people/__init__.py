"""People: some customers by their ids, and what each of them bought in a span of their own.

Respondents after what they said, and those whom a campaign reached against those whom it did not.
"""
