# %%
import pandas as pd
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder
from sklearn.tree import DecisionTreeClassifier

flats = pd.read_csv("flats.csv")[["area", "year", "district", "price", "lift"]]
X_train, X_test, y_train, y_test = train_test_split(
    flats.drop(columns="lift"), flats["lift"], test_size=0.3, random_state=4
)

# %%
encoder = LabelEncoder()
train_district = pd.DataFrame(encoder.fit_transform(X_train["district"]))
train_district.columns = ["district_code"]
test_district = pd.DataFrame(encoder.transform(X_test["district"]))
test_district.columns = ["district_code"]

# %%
X_train = pd.concat([X_train.drop(columns="district").reset_index(drop=True), train_district.reset_index(drop=True)], axis=1)
X_test = pd.concat([X_test.drop(columns="district").reset_index(drop=True), test_district.reset_index(drop=True)], axis=1)

# %%
tree = DecisionTreeClassifier(max_depth=4, random_state=0).fit(X_train, y_train)
y_pred = tree.predict(X_test)
acc = accuracy_score(y_test, y_pred)
