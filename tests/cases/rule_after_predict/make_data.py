import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tables import sales, write

frame = sales(320)
frame["open"] = (np.arange(320) % 7 != 6).astype(int)
frame["sold"] = frame["sold"] * frame["open"]
write(frame[:240], "train.csv")
write(frame[240:].drop(columns="sold"), "test.csv")
