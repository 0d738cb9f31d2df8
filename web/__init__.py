"""The archive's site and API, for officers and analysts."""
