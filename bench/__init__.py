"""Benchmarks: each line is a ratio to a limit or a peer measured in the same run, with its goal. `make bench`."""
