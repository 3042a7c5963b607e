"""Runs that survive the server's end: durable workflows, a clock and watched folders around ingestion's steps."""
