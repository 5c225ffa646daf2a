"""Documents: the titles of the sources that metrics cite as D1 to D5."""

from __future__ import annotations

DOCUMENTS = {
    "D1": "The key to business success? Relationships! (Finnish)",
    "D2": "The key to success in business? Developing customer relationships (Vietnamese)",
    "D3": "Customer strategy in 2023: customer experience metrics (Finnish)",
    "D4": "What is customer retention? (Lithuanian)",
    "D5": "Customer relationships: principles for building long-term ties (Russian)",
}
"""The source documents: id to translated title and language."""
