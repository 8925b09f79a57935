# %%
import pandas as pd
import matplotlib.pyplot as plt
from sklearn.cluster import KMeans
from sklearn.preprocessing import MinMaxScaler

df = pd.read_csv('people.csv')
X = df[['age', 'income', 'visits']]
X = pd.DataFrame(MinMaxScaler().fit_transform(X), columns=X.columns)

# %%
inertia = []
for k in range(1, 7):
    inertia.append(KMeans(n_clusters=k, n_init=4, random_state=0).fit(X).inertia_)
plt.plot(range(1, 7), inertia, 'o-')

# %%
kmeans = KMeans(n_clusters=3, n_init=4, random_state=0)
df['segment'] = kmeans.fit_predict(X)
df.groupby('segment')[['age', 'income', 'visits']].mean()

# %%
df.to_csv('segments.csv', index=False)
