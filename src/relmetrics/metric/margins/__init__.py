"""What a difference is held against besides 0: a margin, on one side or on both."""
