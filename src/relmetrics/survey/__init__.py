"""Survey scores: what people answered."""
