# %%
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv', parse_dates=['joined'])

# %%
df['year'] = df['joined'].dt.year
df['month'] = df.joined.dt.month
df['weekday'] = df['joined'].dt.day_name().str[:3]
df['weekend'] = df['weekday'].isin(['Sat', 'Sun']).astype(int)
df['days'] = (df['joined'] - df['joined'].min()).dt.days
df['to_end'] = (pd.to_datetime('2023-01-01') - df['joined']) / pd.Timedelta(days=1)

# %%
X = df[['visits', 'year', 'month', 'weekend', 'days', 'to_end']]
X_train, X_test, y_train, y_test = train_test_split(X, df['left'], random_state=0)
rf = RandomForestClassifier(20, random_state=0).fit(X_train, y_train)
y_pred = rf.predict(X_test)
