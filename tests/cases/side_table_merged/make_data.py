import sys
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tables import full_people, write

frame = full_people(300)
write(frame, "people.csv")
cities = pd.DataFrame({"town": ["Arlen", "Bree", "Corby", "Dover", "Elgin"], "size": [90, 40, 70, 15, 22], "sea": [0, 0, 1, 1, 0]})
write(cities, "cities.csv")
