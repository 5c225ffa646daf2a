"""Parts of reports: what each kind of result shows, as words, tables and drawings.

A new kind of result joins by one function, registered for its class in `blocks_of`.
"""
