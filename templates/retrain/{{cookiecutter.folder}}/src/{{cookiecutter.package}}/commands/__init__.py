"""Commands beside train and predict; each module adds its own to the command line."""
