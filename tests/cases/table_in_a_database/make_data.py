import sqlite3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tables import flats

with sqlite3.connect("flats.db") as connection:
    flats(200).to_sql("flats", connection, index=False)
