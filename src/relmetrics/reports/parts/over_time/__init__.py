"""Over time: the last period that is over, the course up to it, and how it is drawn."""
