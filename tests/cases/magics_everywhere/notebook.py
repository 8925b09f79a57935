# %%
#!!pip install -q --no-index scikit-learn
#!%matplotlib inline
#!%config InlineBackend.figure_format = 'retina'
#!%load_ext autoreload
#!%autoreload 2
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split

# %%
#!%%time
df = pd.read_csv('flats.csv')
df['garden'] = df['garden'].fillna(0)

# %%
#!%%capture out
#!files = !ls *.csv
print(files)
display(df)

# %%
#!%time df['rooms'] = df['rooms'].fillna(df['rooms'].median())
#!!ls -la

# %%
#!df.head?

# %%
if len(df) > 10:
    %time X = df[['area', 'rooms', 'garden']]
    !echo enough
    pass
X_train, X_test, y_train, y_test = train_test_split(X, df['price'], random_state=0)
model = Ridge()
#!%time model.fit(X_train, y_train)
y_pred = model.predict(X_test)
