# %%
import sqlite3
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

conn = sqlite3.connect('flats.db')
df = pd.read_sql_query('select * from flats', conn)
conn.close()
df['garden'] = df['garden'].fillna(df['garden'].median())

# %%
X_train, X_test, y_train, y_test = train_test_split(df[['area', 'year', 'garden']], df['price'], random_state=0)
model = LinearRegression().fit(X_train, y_train)
y_pred = model.predict(X_test)
