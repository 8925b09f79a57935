# %%
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
from sklearn.metrics import mean_absolute_error

df = pd.read_csv('flats.csv')
X = df[['area', 'rooms', 'garden', 'year']]
y = df['price']
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=11)

# %%
# only what the training part knows
rooms_mean = X_train['rooms'].mean()
X_train = X_train.fillna({'rooms': rooms_mean, 'garden': 0})
X_test = X_test.fillna({'rooms': rooms_mean, 'garden': 0})

# %%
model = LinearRegression().fit(X_train, y_train)
y_pred = model.predict(X_test)
mae = mean_absolute_error(y_test, y_pred)
mae
