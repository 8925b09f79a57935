# %%
import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv').fillna({'garden': 0, 'rooms': 2})
X_train, X_test = train_test_split(df, random_state=0)

# %%
ols = smf.ols('price ~ np.log(area) + rooms + C(lift) + rooms:garden', data=X_train).fit()
print(ols.summary())
y_pred = ols.predict(X_test)
