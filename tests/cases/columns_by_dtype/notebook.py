# %%
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')
y = df.pop('left')
df = df.drop('id', axis=1)

# %%
cat_cols = [c for c in df.columns if not pd.api.types.is_numeric_dtype(df[c])]
num_cols = df.select_dtypes(include='number').columns.tolist()
few = [c for c in cat_cols if df[c].nunique() < 10]
print(cat_cols, few, num_cols)
for c in few:
    df[c] = df[c].astype('category').cat.codes
df['sum'] = df[num_cols].sum(axis=1)
X = df[num_cols + few + ['sum']]

# %%
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
rf = RandomForestClassifier(20, random_state=3).fit(X_train, y_train)
y_pred = rf.predict(X_test)
