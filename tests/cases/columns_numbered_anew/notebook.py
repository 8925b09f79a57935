# %%
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import OneHotEncoder
from sklearn.tree import DecisionTreeClassifier

df = pd.read_csv('people.csv')
df = df.dropna(subset=['age'])

# %%
encoder = OneHotEncoder(sparse_output=False)
towns = pd.DataFrame(encoder.fit_transform(df[['city']]), columns=encoder.get_feature_names_out())
df = pd.concat([df, towns], axis=1).dropna(subset=['visits', 'city_Bree'])

# %%
features = ['age', 'visits', 'city_Arlen', 'city_Bree', 'city_Corby']
X_train, X_test, y_train, y_test = train_test_split(df[features], df['left'], random_state=0)
model = DecisionTreeClassifier(max_depth=5, random_state=0).fit(X_train, y_train)
y_pred = model.predict(X_test)
print((y_pred == y_test).mean())
