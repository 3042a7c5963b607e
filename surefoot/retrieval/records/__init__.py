"""Answers from rows: a semantic layer over tables of live data, and the store of a fleet's telemetry."""
