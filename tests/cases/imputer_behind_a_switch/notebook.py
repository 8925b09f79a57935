# %%
import pandas as pd
from sklearn.experimental import enable_iterative_imputer
from sklearn.impute import IterativeImputer
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv')
X_train, X_test, y_train, y_test = train_test_split(df[['area', 'year', 'garden']], df['price'], random_state=0)

# %%
imputer = IterativeImputer(random_state=0)
X_train = imputer.fit_transform(X_train)
model = LinearRegression().fit(X_train, y_train)
y_pred = model.predict(imputer.transform(X_test))
