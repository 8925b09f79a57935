import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tables import full_people, write

everyone = full_people(380)
write(everyone[:250], "train.csv")
write(everyone[250:].drop(columns="left"), "test.csv")
