"""Control charts: how far a period lies from a baseline, its limits, and how often they ring."""
