import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tables import sales, write

frame = sales(320)
frame.loc[frame.index % 9 == 4, "temperature"] = np.nan
write(frame, "sales.csv")
