import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tables import flats, people, write

write(flats(300), "flats.csv")
write(people(80), "people.csv")
