import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tables import people, write

Path("parts").mkdir(exist_ok=True)
for number in range(3):
    write(people(300).iloc[number * 100 : (number + 1) * 100], f"parts/people_{number}.csv")
