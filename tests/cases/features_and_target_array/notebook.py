# %%
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC

digits = load_digits(n_class=4, return_X_y=True)
X = digits[0] / 16
y = digits[1]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=0)

# %%
y_pred = SVC().fit(X_train, y_train).predict(X_test)
