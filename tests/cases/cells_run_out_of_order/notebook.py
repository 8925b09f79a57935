# %% [exec=1]
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split

# %% [exec=5]
model = Ridge()
model.fit(X_train, y_train)
y_pred = model.predict(X_test)

# %% [exec=2]
df = pd.read_csv('flats.csv')

# %% [exec=4]
X_train, X_test, y_train, y_test = train_test_split(df[['area', 'rooms', 'garden']], df['price'], random_state=0)

# %% [exec=3]
df['rooms'] = df['rooms'].fillna(df['rooms'].mean())
df['garden'] = df['garden'].fillna(0)
