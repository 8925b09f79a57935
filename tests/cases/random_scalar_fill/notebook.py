# %%
import numpy as np
import pandas as pd
from sklearn.neighbors import KNeighborsClassifier
from sklearn.model_selection import train_test_split

np.random.seed(3)
df = pd.read_csv('people.csv')

# %%
mean, std = df['age'].mean(), df['age'].std()
guess = np.random.randint(mean - std, mean + std)
df['age'] = df['age'].fillna(guess)
df['income'] = df['income'].fillna(df['income'].median())

# %%
X_train, X_test, y_train, y_test = train_test_split(df[['age', 'income', 'visits']], df['left'], random_state=0)
knn = KNeighborsClassifier(5).fit(X_train, y_train)
y_pred = knn.predict(X_test)
