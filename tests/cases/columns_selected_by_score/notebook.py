# %%
import pandas as pd
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')
X = pd.get_dummies(df.drop(['left', 'joined', 'id'], axis=1))
y = (df['left'] == 'Yes') * 1

# %%
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
sel = SelectKBest(f_classif, k=8).fit(X_train, y_train)
cols = X_train.columns[sel.get_support()]
X_train, X_test = X_train[cols], X_test[cols]
et = ExtraTreesClassifier(20, random_state=0).fit(X_train, y_train)
imp = pd.Series(et.feature_importances_, index=cols).sort_values(ascending=False)
best = imp.head(5).index.tolist()
print(imp)

# %%
rf = RandomForestClassifier(20, random_state=0)
rf.fit(X_train[best], y_train)
y_pred = rf.predict(X_test[best])
