# %%
import pandas as pd
from sklearn.preprocessing import *
from sklearn.linear_model import *
from sklearn.ensemble import *
from sklearn.metrics import *
from sklearn.model_selection import train_test_split

def pick(name):
    if name == 'lr':
        return LogisticRegression()
    return RandomForestClassifier(n_estimators=20, random_state=0)

df = pd.read_csv('people.csv').dropna()
df['city'] = LabelEncoder().fit_transform(df['city'])
# %%
X, y = df[['age', 'income', 'city']], df['left']
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
scaler = StandardScaler().fit(X_train)
model = pick('lr')
model.fit(scaler.transform(X_train), y_train)
y_pred = model.predict(scaler.transform(X_test))
print(accuracy_score(y_test, y_pred))
