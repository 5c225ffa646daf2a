"""Documents by id: the articles as quoted figures name them, D1 to D5."""

from __future__ import annotations

from relmetrics.metric.contract import (
    BUSINESS_SUCCESS,
    CUSTOMER_RETENTION,
    CUSTOMER_STRATEGY,
    LONG_TERM_TIES,
)

DOCUMENTS = {
    "D1": BUSINESS_SUCCESS.replace("; another in Vietnamese", ""),
    "D2": "The key to success in business? Developing customer relationships"
    " (article in Vietnamese)",
    "D3": CUSTOMER_STRATEGY,
    "D4": CUSTOMER_RETENTION,
    "D5": LONG_TERM_TIES,
}
"""The source documents: id to translated title and language."""
