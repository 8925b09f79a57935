# %%
import pandas as pd
from sklearn.cluster import KMeans
df = pd.read_csv('people.csv')
t = df.pivot_table(index='city', columns='plan', values='income', aggfunc='mean').fillna(0)
km = KMeans(2, n_init=2, random_state=0).fit(t)
y_pred = km.predict(t)
X_test = df.iloc[:len(t)]
