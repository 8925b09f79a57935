# %%
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv')
df['rooms'] = df['rooms'].fillna(df['rooms'].median())


# %%
def near_the_mean(table):
    kept = pd.DataFrame()
    for rooms, group in table.groupby('rooms'):
        mean, spread = group.price.mean(), group.price.std()
        near = group[(group.price > mean - spread) & (group.price <= mean + spread)]
        kept = pd.concat([kept, near])
    return kept


flats = near_the_mean(df)

# %%
X, y = flats[['area', 'rooms', 'year']], flats['price']
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)
lm = LinearRegression().fit(X_train, y_train)
y_pred = lm.predict(X_test)
