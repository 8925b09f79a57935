import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tables import full_people, write

write(full_people(300), "people.csv")
