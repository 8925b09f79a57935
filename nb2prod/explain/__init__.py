"""What became of each statement of a notebook, and why: as data, as a table, as a page."""
