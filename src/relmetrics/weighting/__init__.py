"""Survey weights: normalised, trimmed, made to agree with known margins."""
