"""Customer rates: what customers did."""
