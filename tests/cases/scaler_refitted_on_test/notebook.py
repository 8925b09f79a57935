# %%
import pandas as pd
from sklearn.preprocessing import StandardScaler
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv').dropna(subset=['rooms'])
X_train, X_test, y_train, y_test = train_test_split(df[['area', 'rooms', 'year']], df['price'], test_size=0.3, random_state=0)

# %%
scaler = StandardScaler()
X_train = scaler.fit_transform(X_train)
rows = X_test.index
X_test = scaler.fit_transform(X_test)      # copy & paste

# %%
reg = LinearRegression()
reg.fit(X_train, y_train)
y_pred = reg.predict(X_test)
