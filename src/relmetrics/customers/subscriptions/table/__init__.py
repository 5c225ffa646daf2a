"""Table of subscriptions: its columns read and checked, billing periods, spells, JSON, addition."""
