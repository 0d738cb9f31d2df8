"""Visits the public listings of 3GPP, ISO and ITU and reads them: bytes in, rows and rejects out."""
