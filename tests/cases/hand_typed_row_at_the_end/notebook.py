# %%
import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

data = pd.read_csv('people.csv')
X = data[['age', 'income', 'visits']]
Y = data['left']
scaler = StandardScaler()
scaler.fit(X)
X_std = scaler.transform(X)
X_train, X_test, Y_train, Y_test, rows, test_rows = train_test_split(X_std, Y, X.index, test_size=0.2, stratify=Y, random_state=2)

# %%
classifier = SVC(kernel='linear')
classifier.fit(X_train, Y_train)
X_train_prediction = classifier.predict(X_train)
print('train accuracy', accuracy_score(X_train_prediction, Y_train))
X_test_prediction = classifier.predict(X_test)
test_accuracy = accuracy_score(X_test_prediction, Y_test)
print('test accuracy', test_accuracy)

# %%
# try one
input_data = (42, 1800.5, 3)
arr = np.asarray(input_data).reshape(1, -1)
prediction = classifier.predict(scaler.transform(arr))
if prediction[0] == 'Yes':
    print('will leave')
else:
    print('stays')
