"""Read one file format each into sections."""
