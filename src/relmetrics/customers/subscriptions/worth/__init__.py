"""What subscribers are worth: unit economics of a window, lifetime value from survival."""
