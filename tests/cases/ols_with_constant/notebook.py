# %%
import pandas as pd
import statsmodels.api as sm
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv').fillna({'garden': 0, 'rooms': 2})
df['lift'] = (df['lift'] == 'Y').astype(int)
X_train, X_test, y_train, y_test = train_test_split(df[['area', 'rooms', 'garden', 'lift']], df['price'], random_state=0)

# %%
ols = sm.OLS(y_train, sm.add_constant(X_train)).fit()
print(ols.summary())
y_pred = ols.predict(sm.add_constant(X_test))
