# %%
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('sales.csv')
df['temperature'] = df['temperature'].ffill()

# %%
X_train, X_test, y_train, y_test = train_test_split(df[['temperature', 'promo']], df['sold'], random_state=0)
lm = LinearRegression().fit(X_train, y_train)
y_pred = lm.predict(X_test)
