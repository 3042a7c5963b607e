"""An invented haulier on invented roads: its vehicles' samples, and what truly happened, from the plan behind them."""
