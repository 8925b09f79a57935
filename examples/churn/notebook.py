# %% [markdown]
# # Customer churn
# which customers will leave us next month?

# %%
#!%matplotlib inline
#!%config InlineBackend.figure_format = 'png'
import pandas as pd
import numpy as np
import matplotlib.pyplot as plt
import pickle
from sklearn.model_selection import train_test_split, GridSearchCV
from sklearn.preprocessing import MinMaxScaler, StandardScaler, LabelEncoder
from sklearn.linear_model import LogisticRegression
from sklearn.ensemble import RandomForestClassifier, GradientBoostingClassifier
from sklearn.metrics import accuracy_score, roc_auc_score, confusion_matrix, classification_report, roc_curve

# %%
#!# !pip install imbalanced-learn

# %% [markdown]
# ## 1. Load + first look

# %%
df = pd.read_csv('churn.csv')
df.sample(5, random_state=0)

# %%
df.shape

# %%
df.info()

# %%
df['Churn'].value_counts(normalize=True)

# %%
# 1. idea: label encode everything. worse than dummies, leave it here for the record
df_le = df.copy()
for c in df_le.columns:
    if not pd.api.types.is_numeric_dtype(df_le[c]):
        df_le[c] = LabelEncoder().fit_transform(df_le[c].astype(str))
df_le.corr()['Churn'].sort_values()

# %% [markdown]
# ## 2. Cleaning

# %%
df.drop_duplicates(inplace=True)
df.drop('customerID', axis=1, inplace=True)
df.dropna(subset=['PaymentMethod'], inplace=True)
df.shape

# %%
# TotalCharges is text?!  there are blanks in it (new customers)
df[df['TotalCharges'] == ' '].head(3)

# %%
df['TotalCharges'] = pd.to_numeric(df['TotalCharges'], errors='coerce')
df['TotalCharges'].isnull().sum()

# %%
# df.dropna(inplace=True)
df['TotalCharges'] = df['TotalCharges'].fillna(df['TotalCharges'].median())
assert df.isnull().sum().sum() == 0

# %% [markdown]
# ## 3. EDA

# %%
plt.figure(figsize=(4, 3))
for v, c in (('No', 'tab:blue'), ('Yes', 'tab:red')):
    plt.hist(df[df.Churn == v]['tenure'], bins=24, alpha=.6, color=c, label='churn ' + v)
plt.xlabel('tenure (months)')
plt.legend()
plt.show()

# %%
by_contract = df.groupby('Contract')['Churn'].value_counts(normalize=True).unstack()
by_contract.plot(kind='bar', stacked=True, figsize=(4, 3));

# %%
for col in ['gender', 'InternetService', 'PaymentMethod']:
    print(df.groupby(col)['MonthlyCharges'].agg(['mean', 'count']), '\n')

# %% [markdown]
# gender does nothing. Fiber customers leave.
#
# ## 4. Encoding

# %%
# "No internet service" is just a No
for col in ['OnlineSecurity', 'OnlineBackup', 'TechSupport', 'StreamingTV']:
    df[col] = df[col].replace('No internet service', 'No')
df['MultipleLines'] = df['MultipleLines'].replace('No phone service', 'No')

# %%
yes_no_cols = ['Partner', 'Dependents', 'PhoneService', 'MultipleLines', 'OnlineSecurity', 'OnlineBackup',
               'TechSupport', 'StreamingTV', 'PaperlessBilling', 'Churn']
for col in yes_no_cols:
    df[col] = df[col].map({'Yes': 1, 'No': 0})

df['gender'] = df['gender'].map({'Female': 1, 'Male': 0})

# %%
for col in df:
    print(f'{col}: {df[col].unique()[:6]}')

# %%
# new feature
df['ChargePerMonth'] = df['TotalCharges'] / (df['tenure'] + 1)
df['n_services'] = df[['PhoneService', 'OnlineSecurity', 'OnlineBackup', 'TechSupport', 'StreamingTV']].sum(axis=1)

# %%
df = pd.get_dummies(df, columns=['InternetService', 'Contract', 'PaymentMethod'], drop_first=True)
df.columns

# %% [markdown]
# ## 5. Split & scale

# %%
X = df.drop('Churn', axis='columns')
y = df['Churn']

X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=6, stratify=y)
print(X_train.shape, X_test.shape)

# %%
cols_to_scale = ['tenure', 'MonthlyCharges', 'TotalCharges', 'ChargePerMonth']
scaler = MinMaxScaler()
X_train[cols_to_scale] = scaler.fit_transform(X_train[cols_to_scale])
X_test[cols_to_scale] = scaler.transform(X_test[cols_to_scale])

X_train.head(3)

# %% [markdown]
# ## 6. Models
# ### Logistic regression

# %%
lr = LogisticRegression(max_iter=1000)
lr.fit(X_train, y_train)
y_pred = lr.predict(X_test)
lr_acc = accuracy_score(y_test, y_pred)
lr_auc = roc_auc_score(y_test, lr.predict_proba(X_test)[:, 1])
print('accuracy', lr_acc, 'auc', lr_auc)
print(classification_report(y_test, y_pred))

# %% [markdown]
# ### Random forest

# %%
rf = RandomForestClassifier(n_estimators=80, max_depth=8, random_state=5)
rf.fit(X_train, y_train)
y_pred_rf = rf.predict(X_test)
rf_acc = accuracy_score(y_test, y_pred_rf)
print('accuracy', rf_acc, 'auc', roc_auc_score(y_test, rf.predict_proba(X_test)[:, 1]))

# %%
# takes ages, result was max_depth=8
# grid = GridSearchCV(RandomForestClassifier(), {'max_depth': [4, 8, 12, None], 'n_estimators': [80, 200, 500]}, cv=5)
# grid.fit(X_train, y_train)
# grid.best_params_

# %% [markdown]
# ### Gradient boosting

# %%
#!%%time
gb = GradientBoostingClassifier(n_estimators=60, learning_rate=0.1, max_depth=3, random_state=5)
gb.fit(X_train, y_train)
y_pred_gb = gb.predict(X_test)
gb_proba = gb.predict_proba(X_test)[:, 1]
gb_acc = accuracy_score(y_test, y_pred_gb)
gb_auc = roc_auc_score(y_test, gb_proba)
print('accuracy', gb_acc, 'auc', gb_auc)
print(confusion_matrix(y_test, y_pred_gb))

# %% [markdown]
# ### Compare

# %%
results = pd.DataFrame({'model': ['logistic', 'forest', 'boosting'], 'accuracy': [lr_acc, rf_acc, gb_acc]})
results.sort_values('accuracy', ascending=False)

# %%
fpr, tpr, _ = roc_curve(y_test, gb_proba)
plt.figure(figsize=(3, 3))
plt.plot(fpr, tpr)
plt.plot([0, 1], [0, 1], 'k--')
plt.title('ROC boosting')

# %%
pd.Series(gb.feature_importances_, index=X.columns).sort_values(ascending=False).head(8)

# %% [markdown]
# ## 7. Save the best one

# %%
with open('churn_model.pkl', 'wb') as f:
    pickle.dump(gb, f)

# %%
# does it load?
loaded = pickle.load(open('churn_model.pkl', 'rb'))
loaded.predict(X_test[:5])
