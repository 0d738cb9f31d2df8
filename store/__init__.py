"""The archive: tables, ingest (record, change, attribution in one transaction), search, export, health of sources."""
