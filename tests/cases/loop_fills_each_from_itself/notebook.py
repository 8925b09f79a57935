# %%
import pandas as pd
from sklearn.neighbors import KNeighborsClassifier

train = pd.read_csv('train.csv')
test = pd.read_csv('test.csv')

# %%
for df in [train, test]:
    df['age'] = df['age'].fillna(df['age'].median())
    df['income'] = df['income'].fillna(df['income'].mean())
    df['pays'] = df['plan'].notnull().astype(int)
    df.drop(['joined', 'city', 'plan'], axis=1, inplace=True)

# %%
cols = ['age', 'income', 'visits', 'pays']
knn = KNeighborsClassifier(n_neighbors=7)
knn.fit(train[cols], train['left'])
test['left'] = knn.predict(test[cols])
test[['id', 'left']].to_csv('answer.csv', index=False)
