# %%
import pandas as pd
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.neighbors import KNeighborsClassifier
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')
X_train, X_test, y_train, y_test = train_test_split(df.drop(columns='left'), df['left'], random_state=0)

# %%
num = ['age', 'income', 'visits']
knn_imp = KNNImputer(n_neighbors=3)
A = pd.DataFrame(knn_imp.fit_transform(X_train[num]), columns=num, index=X_train.index)
B = pd.DataFrame(knn_imp.transform(X_test[num]), columns=num, index=X_test.index)
si = SimpleImputer(strategy='most_frequent')
A['plan'] = si.fit_transform(X_train[['plan']])[:, 0]
B['plan'] = si.transform(X_test[['plan']])[:, 0]
for part in (A, B):
    part['plan'] = part['plan'].map({'basic': 0, 'plus': 50, 'pro': 100})

# %%
model = KNeighborsClassifier(5)
model.fit(A, y_train)
y_pred = model.predict(B)
