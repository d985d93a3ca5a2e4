"""The read-only API under /api/v1/: what readers see, as JSON."""
