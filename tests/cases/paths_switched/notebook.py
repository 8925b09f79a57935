# %%
import os, sys, warnings
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
IN_COLAB = 'google.colab' in sys.modules
if IN_COLAB:
    from google.colab import drive
    drive.mount('/content/drive')
    DATA = '/content/drive/MyDrive/'
else:
    DATA = './'

# %%
for dirname, _, filenames in os.walk('/kaggle/input'):
    for filename in filenames:
        print(os.path.join(dirname, filename))

# %%
try:
    df = pd.read_csv('/kaggle/input/flats/flats.csv')
except FileNotFoundError:
    df = pd.read_csv(os.path.join(DATA, 'flats.csv'))

# %%
with warnings.catch_warnings():
    warnings.simplefilter('ignore')
    df['garden'] = df['garden'].fillna(df['garden'].median())
X_train, X_test, y_train, y_test = train_test_split(df[['area', 'garden']], df['price'], random_state=0)
model = Ridge().fit(X_train, y_train)
y_pred = model.predict(X_test)
