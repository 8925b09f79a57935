# %%
import glob
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

frames = []
for path in sorted(glob.glob('flats_*.csv')):
    part = pd.read_csv(path)
    frames.append(part)
df = pd.concat(frames, ignore_index=True)
df['garden'] = df['garden'].fillna(df['garden'].median())

# %%
X_train, X_test, y_train, y_test = train_test_split(df[['area', 'year', 'garden']], df['price'], random_state=0)
model = LinearRegression().fit(X_train, y_train)
y_pred = model.predict(X_test)
