"""Replicates: the same sample weighted many times over, so that its spread shows its variance."""
