"""What can be measured on runs, points and networks: each definition is written down in its module, with its thresholds."""
