# %%
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.preprocessing import scale
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv').fillna({'garden': 0, 'rooms': 2})
num = df[['area', 'rooms', 'garden', 'year']]

# %%
pca = PCA(n_components=0.9)
parts = pca.fit_transform(scale(num))
print(pca.explained_variance_ratio_)
parts = pd.DataFrame(parts, columns=['pc%d' % i for i in range(parts.shape[1])], index=df.index)

# %%
X_train, X_test, y_train, y_test = train_test_split(parts, df['price'], random_state=0)
lm = LinearRegression()
lm.fit(X_train, y_train)
y_pred = lm.predict(X_test)
