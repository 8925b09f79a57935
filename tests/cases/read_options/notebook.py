# %%
import pandas as pd
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import train_test_split

names = ['id', 'age', 'income', 'city', 'plan', 'visits', 'smoker', 'joined', 'left']
df = pd.read_csv('people.txt', sep=';', encoding='latin-1', decimal=',', na_values=['unknown'], names=names, header=0, usecols=names[1:])
df.income.describe()

# %%
df['no_income'] = df['income'].isna() * 1
df['income'] = df['income'].fillna(df['income'].median())
X_train, X_test, y_train, y_test = train_test_split(df[['income', 'no_income', 'visits']], df['left'], random_state=0)
dt = DecisionTreeClassifier(max_depth=5, random_state=0).fit(X_train, y_train)
y_pred = dt.predict(X_test)
