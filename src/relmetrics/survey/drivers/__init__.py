"""Key drivers: what an overall rating depends on."""
