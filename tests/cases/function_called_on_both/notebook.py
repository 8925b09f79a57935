# %%
import pandas as pd
from sklearn.linear_model import LogisticRegression

def preprocess(df):
    """clean it"""
    df = df.copy()
    df['age'] = df['age'].fillna(df['age'].mean())
    df['income'] = df['income'].fillna(df['income'].median())
    df['plan'] = df['plan'].fillna('none')
    df['smoker'] = (df['smoker'] == 'Yes').astype(int)
    df['income'] = df['income'] / df['income'].max()
    df['is_pro'] = (df['plan'] == 'pro').astype(int)
    return df.drop(columns=['id', 'joined', 'city', 'plan'])

train = pd.read_csv('train.csv')
test = pd.read_csv('test.csv')

# %%
train_p = preprocess(train)
test_p = preprocess(test)

# %%
lr = LogisticRegression(max_iter=3000)
lr.fit(train_p.drop('left', axis=1), train_p['left'])
proba = lr.predict_proba(test_p)[:, 1]
pd.Series(proba, index=test['id']).to_csv('proba.csv')
