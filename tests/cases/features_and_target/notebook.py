# %%
from sklearn.datasets import load_diabetes, load_wine
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

features, target = load_wine(return_X_y=True)
print(features.shape, target.mean())

# %%
X, y = load_diabetes(return_X_y=True, as_frame=True)
X["pressure"] = X["bp"] / (X["bmi"].max() + 1)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=0)

# %%
scaler = StandardScaler().fit(X_train)
model = Ridge().fit(scaler.transform(X_train), y_train)
y_pred = model.predict(scaler.transform(X_test))
score = model.score(scaler.transform(X_test), y_test)
