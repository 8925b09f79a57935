import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tables import people, write

frame = people(300)
frame["income"] = [f"{v:.2f}".replace(".", ",") if v == v else "unknown" for v in frame["income"]]
write(frame, "people.txt", sep=";", encoding="latin-1")
