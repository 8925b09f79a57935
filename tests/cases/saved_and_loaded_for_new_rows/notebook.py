# %%
import pickle
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

df = pd.read_csv('people.csv').dropna(subset=['age', 'income'])
X = df[['age', 'income', 'visits']]
X_train, X_test, y_train, y_test = train_test_split(X, df['left'], random_state=0)
scaler = StandardScaler().fit(X_train)
model = LogisticRegression()
model.fit(scaler.transform(X_train), y_train)
print(model.score(scaler.transform(X_test), y_test))

# %%
pickle.dump(scaler, open('scaler.sav', 'wb'))
pickle.dump(model, open('model.sav', 'wb'))
with open('median.pkl', 'wb') as f:
    pickle.dump({'age': X_train['age'].median(), 'income': X_train['income'].median()}, f)

# %%
# new customers came in
new = pd.read_csv('new.csv')
medians = pickle.load(open('median.pkl', 'rb'))
loaded_scaler = pickle.load(open('scaler.sav', 'rb'))
loaded_model = pickle.load(open('model.sav', 'rb'))
Z = loaded_scaler.transform(new[['age', 'income', 'visits']].fillna(medians))
new['will_leave'] = loaded_model.predict(Z)
new.to_csv('scored.csv')
