"""Who is told what, and how it gets there: watchlists, matching, digests, outbox, delivery."""
