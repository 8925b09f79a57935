import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tables import flats, write

frame = flats(300)
frame["wood"] = np.where(np.arange(300) % 7 == 0, 1.0, np.nan)
frame["area_ft"] = np.round(frame["area"] * 10.7639, 1)
frame["country"] = "X"
write(frame, "flats.csv")
