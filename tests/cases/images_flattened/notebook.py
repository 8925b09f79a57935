# %%
from sklearn.datasets import load_digits
from sklearn import svm
digits = load_digits()
n = len(digits.images)
data = digits.images.reshape((n, -1))
m = svm.SVC(gamma=0.001).fit(data[:900], digits.target[:900])
predicted = m.predict(data[900:])
