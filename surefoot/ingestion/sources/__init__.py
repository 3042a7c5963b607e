"""Sources yield what there is to read now; what is new, changed and gone is found by comparison with what was read."""
