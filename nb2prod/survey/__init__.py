"""``nb2prod survey``: many notebooks at once, and what stands in the way of each.

`records.py` says what is known of one notebook, `one.py` finds it out, `pool.py` does so in processes that may
hang or die, `cache.py` remembers, `summary.py` counts, `table.py` and `page.py` show.
"""
