# %% [markdown]
# # Titanic - who makes it to the boat?
#
# My first kaggle-style notebook, so be kind :) Plan:
#
# 1. look at the data
# 2. fill the holes
# 3. make some features
# 4. throw models at it, take the best, submit

# %%
# data analysis and wrangling
import pandas as pd
import numpy as np
import random as rnd

# visualization
import matplotlib.pyplot as plt
#!%matplotlib inline

# machine learning
from sklearn.linear_model import LogisticRegression, Perceptron, SGDClassifier
from sklearn.svm import SVC, LinearSVC
from sklearn.ensemble import RandomForestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import cross_val_score

import warnings
warnings.filterwarnings('ignore')
# import seaborn as sns

# %% [markdown]
# ## Load data

# %%
train_df = pd.read_csv('train.csv')
test_df = pd.read_csv('test.csv')
combine = [train_df, test_df]

print(train_df.columns.values)

# %%
train_df.head()

# %%
train_df.tail(3)

# %%
train_df.info()
print('_'*40)
test_df.info()

# %%
train_df.describe()

# %%
train_df.describe(include=['O'])

# %% [markdown]
# ## Look at some pivots

# %%
train_df[['Pclass', 'Survived']].groupby(['Pclass'], as_index=False).mean().sort_values(by='Survived', ascending=False)

# %%
train_df[["Sex", "Survived"]].groupby(['Sex'], as_index=False).mean().sort_values(by='Survived', ascending=False)

# %%
# histogram of age for survived / not survived
fig, ax = plt.subplots(1, 2, figsize=(8, 2.5))
ax[0].hist(train_df[train_df.Survived == 0]['Age'].dropna(), bins=20)
ax[0].set_title('Survived = 0')
ax[1].hist(train_df[train_df.Survived == 1]['Age'].dropna(), bins=20, color='orange')
ax[1].set_title('Survived = 1')
plt.show()

# %%
# fare per class... 3rd class is cheap, as expected
for c in sorted(train_df['Pclass'].unique()):
    sub = train_df[train_df['Pclass'] == c]
    print(c, sub['Fare'].median(), sub['Survived'].mean().round(3))

# %% [markdown]
# ## Wrangle
# Ticket and Cabin are mostly garbage, drop

# %%
print("Before", train_df.shape, test_df.shape, combine[0].shape, combine[1].shape)

train_df = train_df.drop(['Ticket', 'Cabin'], axis=1)
test_df = test_df.drop(['Ticket', 'Cabin'], axis=1)
combine = [train_df, test_df]

"After", train_df.shape, test_df.shape, combine[0].shape, combine[1].shape

# %% [markdown]
# ### Titles from the names

# %%
for dataset in combine:
    dataset['Title'] = dataset.Name.str.extract(r' ([A-Za-z]+)\.', expand=False)

pd.crosstab(train_df['Title'], train_df['Sex'])

# %%
for dataset in combine:
    dataset['Title'] = dataset['Title'].replace(['Lady', 'Countess', 'Capt', 'Col',
        'Don', 'Dr', 'Major', 'Rev', 'Sir', 'Jonkheer', 'Dona'], 'Rare')

    dataset['Title'] = dataset['Title'].replace('Mlle', 'Miss')
    dataset['Title'] = dataset['Title'].replace('Ms', 'Miss')
    dataset['Title'] = dataset['Title'].replace('Mme', 'Mrs')

train_df[['Title', 'Survived']].groupby(['Title'], as_index=False).mean()

# %%
title_mapping = {"Mr": 1, "Miss": 2, "Mrs": 3, "Master": 4, "Rare": 5}
for dataset in combine:
    dataset['Title'] = dataset['Title'].map(title_mapping)
    dataset['Title'] = dataset['Title'].fillna(0)

train_df.head()

# %%
# names not needed any more (id still needed in test for the submission)
train_df = train_df.drop(['Name', 'PassengerId'], axis=1)
test_df = test_df.drop(['Name'], axis=1)
combine = [train_df, test_df]
train_df.shape, test_df.shape

# %% [markdown]
# ### Sex to number

# %%
for dataset in combine:
    dataset['Sex'] = dataset['Sex'].map( {'female': 1, 'male': 0} ).astype(int)

train_df.head()

# %% [markdown]
# ### Fill age
# median of the same sex and class. Tried random numbers between mean-std and mean+std first, median is less noisy

# %%
plt.figure(figsize=(5, 2.5))
for c in [1, 2, 3]:
    plt.hist(train_df.loc[train_df.Pclass == c, 'Age'].dropna(), alpha=.5, bins=20, label=str(c))
plt.legend()

# %%
# for dataset in combine:
#     age_avg = dataset['Age'].mean()
#     age_std = dataset['Age'].std()
#     age_null_count = dataset['Age'].isnull().sum()
#     age_null_random_list = np.random.randint(age_avg - age_std, age_avg + age_std, size=age_null_count)
#     dataset.loc[np.isnan(dataset['Age']), 'Age'] = age_null_random_list

for dataset in combine:
    dataset['Age'] = dataset['Age'].fillna(dataset.groupby(['Pclass', 'Sex'])['Age'].transform('median'))
    dataset['Age'] = dataset['Age'].astype(int)

train_df['Age'].isnull().sum()

# %%
# bands, only to find good edges
train_df['AgeBand'] = pd.cut(train_df['Age'], 5)
train_df[['AgeBand', 'Survived']].groupby(['AgeBand'], as_index=False, observed=False).mean().sort_values(by='AgeBand', ascending=True)

# %%
for dataset in combine:
    dataset.loc[ dataset['Age'] <= 16, 'Age'] = 0
    dataset.loc[(dataset['Age'] > 16) & (dataset['Age'] <= 32), 'Age'] = 1
    dataset.loc[(dataset['Age'] > 32) & (dataset['Age'] <= 48), 'Age'] = 2
    dataset.loc[(dataset['Age'] > 48) & (dataset['Age'] <= 64), 'Age'] = 3
    dataset.loc[ dataset['Age'] > 64, 'Age'] = 4
train_df.head()

# %%
train_df = train_df.drop(['AgeBand'], axis=1)
combine = [train_df, test_df]
train_df.head()

# %% [markdown]
# ### Family

# %%
for dataset in combine:
    dataset['FamilySize'] = dataset['SibSp'] + dataset['Parch'] + 1

train_df[['FamilySize', 'Survived']].groupby(['FamilySize'], as_index=False).mean().sort_values(by='Survived', ascending=False)

# %%
for dataset in combine:
    dataset['IsAlone'] = 0
    dataset.loc[dataset['FamilySize'] == 1, 'IsAlone'] = 1

train_df[['IsAlone', 'Survived']].groupby(['IsAlone'], as_index=False).mean()

# %%
train_df = train_df.drop(['Parch', 'SibSp', 'FamilySize'], axis=1)
test_df = test_df.drop(['Parch', 'SibSp', 'FamilySize'], axis=1)
combine = [train_df, test_df]

# %%
# interaction, does it help?? a little
for dataset in combine:
    dataset['Age*Class'] = dataset.Age * dataset.Pclass

train_df.loc[:, ['Age*Class', 'Age', 'Pclass']].head(10)

# %% [markdown]
# ### Port
# two are missing, use the most frequent one

# %%
freq_port = train_df.Embarked.dropna().mode()[0]
freq_port

# %%
for dataset in combine:
    dataset['Embarked'] = dataset['Embarked'].fillna(freq_port)

train_df[['Embarked', 'Survived']].groupby(['Embarked'], as_index=False).mean().sort_values(by='Survived', ascending=False)

# %%
for dataset in combine:
    dataset['Embarked'] = dataset['Embarked'].map( {'S': 0, 'C': 1, 'Q': 2} ).astype(int)

# %% [markdown]
# ### Fare
# one missing in test

# %%
test_df['Fare'] = test_df['Fare'].fillna(test_df['Fare'].dropna().median())
test_df.head()

# %%
train_df['FareBand'] = pd.qcut(train_df['Fare'], 4)
train_df[['FareBand', 'Survived']].groupby(['FareBand'], as_index=False, observed=False).mean().sort_values(by='FareBand', ascending=True)

# %%
for dataset in combine:
    dataset['Fare'] = pd.cut(dataset['Fare'], bins=[-1, 10, 20, 45, 1000], labels=[0, 1, 2, 3]).astype(int)

train_df = train_df.drop(['FareBand'], axis=1)
combine = [train_df, test_df]

train_df.head(10)

# %%
test_df.head(10)

# %% [markdown]
# ## Model and predict

# %%
X_train = train_df.drop("Survived", axis=1)
Y_train = train_df["Survived"]
X_test  = test_df.drop("PassengerId", axis=1).copy()
X_train.shape, Y_train.shape, X_test.shape

# %%
# Logistic Regression
logreg = LogisticRegression()
logreg.fit(X_train, Y_train)
Y_pred = logreg.predict(X_test)
acc_log = round(logreg.score(X_train, Y_train) * 100, 2)
acc_log

# %%
coeff_df = pd.DataFrame(train_df.columns.delete(0))
coeff_df.columns = ['Feature']
coeff_df["Correlation"] = pd.Series(logreg.coef_[0])

coeff_df.sort_values(by='Correlation', ascending=False)

# %%
# Support Vector Machines
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
# Gaussian Naive Bayes
gaussian = GaussianNB()
gaussian.fit(X_train, Y_train)
Y_pred = gaussian.predict(X_test)
acc_gaussian = round(gaussian.score(X_train, Y_train) * 100, 2)
acc_gaussian

# %%
# Decision Tree
decision_tree = DecisionTreeClassifier(random_state=0)
decision_tree.fit(X_train, Y_train)
Y_pred = decision_tree.predict(X_test)
acc_decision_tree = round(decision_tree.score(X_train, Y_train) * 100, 2)
acc_decision_tree

# %%
# Random Forest
random_forest = RandomForestClassifier(n_estimators=100, random_state=7)
random_forest.fit(X_train, Y_train)
Y_pred = random_forest.predict(X_test)
random_forest.score(X_train, Y_train)
acc_random_forest = round(random_forest.score(X_train, Y_train) * 100, 2)
acc_random_forest

# %% [markdown]
# ### Which one?

# %%
models = pd.DataFrame({
    'Model': ['Support Vector Machines', 'KNN', 'Logistic Regression',
              'Random Forest', 'Naive Bayes', 'Decision Tree'],
    'Score': [acc_svc, acc_knn, acc_log,
              acc_random_forest, acc_gaussian, acc_decision_tree]})
models.sort_values(by='Score', ascending=False)

# %%
# sanity check, train accuracy is way too optimistic of course
print(cross_val_score(random_forest, X_train, Y_train, cv=5).mean())

importances = pd.Series(random_forest.feature_importances_, index=X_train.columns)
importances.sort_values().plot(kind='barh', figsize=(5, 2.5))

# %% [markdown]
# Random forest it is (ties with the tree but overfits less)

# %%
submission = pd.DataFrame({
        "PassengerId": test_df["PassengerId"],
        "Survived": Y_pred
    })
submission.to_csv('submission.csv', index=False)
submission.head()
