"""Chat models: their weights, the engine that runs them, the client that calls them."""
