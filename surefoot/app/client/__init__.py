"""The typed HTTP client, through which pages and command line reach the server."""
