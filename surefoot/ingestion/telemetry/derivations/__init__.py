"""Derives minutes, trips, stops, events and states from samples: pure functions over the columns of many vehicles."""
