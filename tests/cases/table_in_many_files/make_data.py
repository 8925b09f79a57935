import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tables import flats, write

whole = flats(200)
for number in range(4):
    write(whole.iloc[number * 50 : (number + 1) * 50], f"flats_{number}.csv")
