"""Batch scoring: a table in chunks through the model into another table, each chunk committed as a whole.

    table.py      the words of this package: chunks, positions, kinds of columns
    text.py       rows from CSV;  columnar.py  rows from parquet;  query.py  rows from a table of a database
    score.py      answers for the rows of a chunk, and the reasons of those that get none
    files.py      to CSV and parquet;  database.py  to tables of a database
    job.py        the loop over the chunks
"""
