import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tables import write

rng = np.random.RandomState(5)
orders = pd.DataFrame({"customer": rng.randint(1, 90, 600), "amount": np.round(rng.gamma(2, 20, 600), 2), "returned": (rng.uniform(size=600) < 0.2).astype(int)})
write(orders, "orders.csv")
