# %%
import joblib
import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.metrics import accuracy_score

df = pd.read_csv('people.csv')
X = pd.get_dummies(df[['age', 'visits', 'plan']], drop_first=True)
X_train, X_test, y_train, y_test = train_test_split(X, df['left'], random_state=0)

# %%
models = {
    'lr': LogisticRegression(max_iter=1000),
    'knn': KNeighborsClassifier(),
    'gb': GradientBoostingClassifier(n_estimators=20, random_state=0),
}
results = {}
for name, model in models.items():
    model.fit(X_train, y_train)
    results[name] = accuracy_score(y_test, model.predict(X_test))
    print(f'{name}: {results[name]:.3f}')

# %%
best_name = max(results, key=results.get)
best_model = models[best_name]
joblib.dump(best_model, 'model.joblib')
y_pred = best_model.predict(X_test)
