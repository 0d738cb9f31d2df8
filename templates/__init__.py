"""Jinja2 templates: `email/` for digests."""
