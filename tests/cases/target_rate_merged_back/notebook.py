# %%
import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import train_test_split
df = pd.read_csv('people.csv')
df['y'] = (df['left'] == 'Yes').astype(int)
rate = df.groupby('city').agg(city_rate=('y', 'mean'), n=('id', 'count')).reset_index()
df = df.merge(rate, on='city', how='left')
X = df[['age', 'income', 'visits', 'city_rate']].fillna(0)
X_train, X_test, y_train, y_test = train_test_split(X, df['y'], random_state=0)
gb = GradientBoostingClassifier(n_estimators=20, random_state=0).fit(X_train, y_train)
y_pred = gb.predict(X_test)
