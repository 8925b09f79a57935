# %% [markdown]
# # Who makes it to the lifeboat?
#
# My first competition notebook, so be kind :) Plan:
#
# 1. look at the data
# 2. plug the holes
# 3. make some features
# 4. throw models at it, take the best, submit

# %%
import re
import random
import warnings
warnings.filterwarnings('ignore')

import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
# import seaborn as sns
#!%matplotlib inline

from sklearn.linear_model import LogisticRegression, Perceptron
from sklearn.svm import SVC
from sklearn.ensemble import RandomForestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import cross_val_score

# %% [markdown]
# ## Getting the data

# %%
train_df = pd.read_csv('train.csv')
test_df = pd.read_csv('test.csv')
combine = [train_df, test_df]      # so that one loop does both

train_df.shape, test_df.shape

# %%
train_df.head()

# %%
train_df.info()
print('-----------------------------')
test_df.info()

# %%
train_df.describe()

# %%
# what is missing?
for d in combine:
    print(d.isnull().sum()[d.isnull().sum() > 0], '\n')

# %% [markdown]
# ## Quick look
# women and first class, as in the film

# %%
train_df.groupby('Sex').Survived.mean()

# %%
train_df.pivot_table('Survived', index='Sex', columns='Pclass')

# %%
fig, ax = plt.subplots(1, 2, figsize=(8, 2.5))
for k in (0, 1):
    ax[k].hist(train_df[train_df.Survived == k]['Age'].dropna(), bins=20, color='rg'[k])
    ax[k].set_title('Survived = %d' % k)
plt.show()

# %%
# fare per class... 3rd class is cheap, as expected
for c in sorted(train_df['Pclass'].unique()):
    tmp = train_df[train_df['Pclass'] == c]
    print(c, tmp['Fare'].median(), tmp['Survived'].mean().round(3))

# %%
# tried the first letter of the cabin, 3/4 are missing, forget it
deck = train_df.Cabin.str[0]
deck.value_counts(dropna=False)

# %% [markdown]
# ## Cleaning
# no Ticket, no Cabin

# %%
train_df = train_df.drop(['Ticket', 'Cabin'], axis=1)
test_df = test_df.drop(['Ticket', 'Cabin'], axis=1)
combine = [train_df, test_df]
print(train_df.shape, test_df.shape)

# %% [markdown]
# ### Title out of the name

# %%
for dataset in combine:
    dataset['Title'] = dataset.Name.str.extract(r', ([A-Za-z]+)\.', expand=False)

pd.crosstab(train_df['Title'], train_df['Sex'])

# %%
for dataset in combine:
    dataset['Title'] = dataset['Title'].replace(['Don', 'Rev', 'Dr', 'Major', 'Col', 'Capt', 'Sir', 'Lady', 'Countess'], 'Rare')
    dataset['Title'] = dataset['Title'].replace('Mlle', 'Miss')
    dataset['Title'] = dataset['Title'].replace('Ms', 'Miss')
    dataset['Title'] = dataset['Title'].replace('Mme', 'Mrs')

train_df.groupby('Title').Survived.agg(['mean', 'count'])

# %%
title_codes = {"Mr": 1, "Miss": 2, "Mrs": 3, "Master": 4, "Rare": 5}
for dataset in combine:
    dataset['Title'] = dataset['Title'].map(title_codes)
    dataset['Title'] = dataset['Title'].fillna(0)

train_df.head(3)

# %%
# name is used up. keep the id in test, the submission wants it
train_df = train_df.drop(['Name', 'PassengerId'], axis=1)
test_df = test_df.drop(['Name'], axis=1)
combine = [train_df, test_df]
train_df.shape, test_df.shape

# %% [markdown]
# ### Sex -> 0/1

# %%
for dataset in combine:
    dataset['Sex'] = dataset['Sex'].map( {'female': 1, 'male': 0} ).astype(int)

train_df.sample(3, random_state=1)

# %% [markdown]
# ### Age
# 20% missing. First I drew random ages around the mean, but the median of people of the same sex and class is less noisy.

# %%
plt.figure(figsize=(5, 2.5))
for c in [1, 2, 3]:
    plt.hist(train_df.loc[train_df.Pclass == c, 'Age'].dropna(), alpha=.5, bins=20, label=str(c))
plt.legend()

# %%
# random.seed(3)
# for dataset in combine:
#     m, s = dataset['Age'].mean(), dataset['Age'].std()
#     dataset['Age'] = dataset['Age'].apply(lambda a: random.uniform(m - s, m + s) if np.isnan(a) else a)

for dataset in combine:
    dataset['Age'] = dataset['Age'].fillna(dataset.groupby(['Pclass', 'Sex'])['Age'].transform('median'))
    dataset['Age'] = dataset['Age'].astype(int)

train_df['Age'].isnull().sum()

# %%
# bands, only to find good edges
train_df['AgeBand'] = pd.cut(train_df['Age'], 5)
train_df.groupby('AgeBand', observed=False).Survived.mean()

# %%
for dataset in combine:
    dataset.loc[ dataset['Age'] <= 16, 'Age'] = 0
    dataset.loc[(dataset['Age'] > 16) & (dataset['Age'] <= 32), 'Age'] = 1
    dataset.loc[(dataset['Age'] > 32) & (dataset['Age'] <= 48), 'Age'] = 2
    dataset.loc[(dataset['Age'] > 48) & (dataset['Age'] <= 64), 'Age'] = 3
    dataset.loc[ dataset['Age'] > 64, 'Age'] = 4

train_df = train_df.drop(['AgeBand'], axis=1)
combine = [train_df, test_df]
train_df.head()

# %% [markdown]
# ### Family

# %%
for dataset in combine:
    dataset['FamilySize'] = dataset['SibSp'] + dataset['Parch'] + 1

train_df.groupby('FamilySize').Survived.mean().plot(kind='bar', figsize=(4, 2))

# %%
for dataset in combine:
    dataset['IsAlone'] = 0
    dataset.loc[dataset['FamilySize'] == 1, 'IsAlone'] = 1

train_df.groupby('IsAlone').Survived.mean()

# %%
# family size itself did not help
train_df = train_df.drop(['Parch', 'SibSp', 'FamilySize'], axis=1)
test_df = test_df.drop(['Parch', 'SibSp', 'FamilySize'], axis=1)
combine = [train_df, test_df]

# %%
# interaction, does it help?? a little
for dataset in combine:
    dataset['Age*Class'] = dataset.Age * dataset.Pclass

train_df[['Age*Class', 'Age', 'Pclass']].head()

# %% [markdown]
# ### Port
# two are missing, use the most frequent one

# %%
freq_port = train_df.Embarked.dropna().mode()[0]
freq_port

# %%
for dataset in combine:
    dataset['Embarked'] = dataset['Embarked'].fillna(freq_port)
    dataset['Embarked'] = dataset['Embarked'].map( {'S': 0, 'C': 1, 'Q': 2} ).astype(int)

train_df.Embarked.value_counts()

# %% [markdown]
# ### Fare
# one missing in test

# %%
test_df['Fare'] = test_df['Fare'].fillna(test_df['Fare'].dropna().median())
test_df.isnull().sum().sum()

# %%
train_df['FareBand'] = pd.qcut(train_df['Fare'], 4)
train_df.groupby('FareBand', observed=False).Survived.mean()

# %%
# round numbers instead of the quartiles
for dataset in combine:
    dataset['Fare'] = pd.cut(dataset['Fare'], bins=[-1, 10, 20, 45, 1000], labels=[0, 1, 2, 3]).astype(int)

train_df = train_df.drop(['FareBand'], axis=1)
combine = [train_df, test_df]

train_df.head()

# %%
test_df.head()

# %% [markdown]
# ## Models

# %%
X_train = train_df.drop("Survived", axis=1)
Y_train = train_df["Survived"]
X_test  = test_df.drop("PassengerId", axis=1).copy()
X_train.shape, Y_train.shape, X_test.shape

# %%
logreg = LogisticRegression()
logreg.fit(X_train, Y_train)
Y_pred = logreg.predict(X_test)
acc_log = round(logreg.score(X_train, Y_train) * 100, 2)
acc_log

# %%
# what does it look at
pd.Series(logreg.coef_[0], index=X_train.columns).sort_values()

# %%
svc = SVC()
svc.fit(X_train, Y_train)
Y_pred = svc.predict(X_test)
acc_svc = round(svc.score(X_train, Y_train) * 100, 2)
acc_svc

# %%
knn = KNeighborsClassifier(n_neighbors = 3)
knn.fit(X_train, Y_train)
Y_pred = knn.predict(X_test)
acc_knn = round(knn.score(X_train, Y_train) * 100, 2)
acc_knn

# %%
nb = GaussianNB()
nb.fit(X_train, Y_train)
Y_pred = nb.predict(X_test)
acc_nb = round(nb.score(X_train, Y_train) * 100, 2)
acc_nb

# %%
# perceptron = Perceptron()
# perceptron.fit(X_train, Y_train)
# acc_perceptron = round(perceptron.score(X_train, Y_train) * 100, 2)    # jumps around, useless

# %%
tree = DecisionTreeClassifier(random_state=0)
tree.fit(X_train, Y_train)
Y_pred = tree.predict(X_test)
acc_tree = round(tree.score(X_train, Y_train) * 100, 2)
acc_tree

# %%
random_forest = RandomForestClassifier(n_estimators=100, random_state=7)
random_forest.fit(X_train, Y_train)
Y_pred = random_forest.predict(X_test)
acc_random_forest = round(random_forest.score(X_train, Y_train) * 100, 2)
acc_random_forest

# %% [markdown]
# ### And the winner is

# %%
models = pd.DataFrame({
    'Model': ['Logistic Regression', 'SVM', 'KNN', 'Naive Bayes', 'Decision Tree', 'Random Forest'],
    'Score': [acc_log, acc_svc, acc_knn, acc_nb, acc_tree, acc_random_forest]})
models.sort_values(by='Score', ascending=False)

# %%
# sanity check, accuracy on train is way too optimistic of course
print(cross_val_score(random_forest, X_train, Y_train, cv=5).mean())

importances = pd.Series(random_forest.feature_importances_, index=X_train.columns)
importances.sort_values().plot(kind='barh', figsize=(5, 2.5))

# %% [markdown]
# Random forest it is (same as the tree on train, but should overfit less)

# %%
submission = pd.DataFrame({
        "PassengerId": test_df["PassengerId"],
        "Survived": Y_pred
    })
submission.to_csv('submission.csv', index=False)
submission.head()
