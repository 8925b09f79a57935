# %%
import numpy as np
import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
train, test = pd.read_csv('train.csv'), pd.read_csv('test.csv')
feats = ['age', 'income', 'visits']
y = (train['left'] == 'Yes').astype(int).values
kf = KFold(n_splits=4, shuffle=True, random_state=0)
# %%
def out_of_fold(clf, x, y, x_test):
    oof = np.zeros((x.shape[0],))
    of_test = np.zeros((x_test.shape[0],))
    each = np.empty((4, x_test.shape[0]))
    for i, (fit_rows, other_rows) in enumerate(kf.split(x)):
        clf.fit(x[fit_rows], y[fit_rows])
        oof[other_rows] = clf.predict(x[other_rows])
        each[i, :] = clf.predict(x_test)
    of_test[:] = each.mean(axis=0)
    return oof.reshape(-1, 1), of_test.reshape(-1, 1)
# %%
rf_train, rf_test = out_of_fold(RandomForestClassifier(n_estimators=15, random_state=0), train[feats].values, y, test[feats].values)
lr_train, lr_test = out_of_fold(LogisticRegression(max_iter=500), train[feats].values, y, test[feats].values)
final = GradientBoostingClassifier(random_state=0).fit(np.concatenate((rf_train, lr_train), axis=1), y)
# %%
parts = {}
for fold, (a, b) in enumerate(kf.split(train), 1):
    m = LogisticRegression(max_iter=500).fit(train[feats].iloc[a], y[a])
    parts[fold] = m.predict_proba(test[feats])[:, 1] * fold / 10
y_pred = final.predict_proba(np.concatenate((rf_test, lr_test), axis=1))[:, 1] + pd.DataFrame(parts).sum(axis=1).values
