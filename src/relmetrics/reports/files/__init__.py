"""Files that reports are written to: whole or not at all, in each of their formats."""
