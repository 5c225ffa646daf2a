"""Money: what relationships cost and return."""
