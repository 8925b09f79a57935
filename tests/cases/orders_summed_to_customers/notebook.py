# %%
import pandas as pd
from sklearn.tree import DecisionTreeClassifier

orders = pd.read_csv('orders.csv')

# %%
customers = orders.groupby('customer').agg({'amount': ['sum', 'mean'], 'returned': 'max'})
customers.columns = ['total', 'average', 'returned']
customers = customers.reset_index()

# %%
dt = DecisionTreeClassifier(max_depth=3, random_state=0)
dt.fit(customers[['total', 'average']], customers['returned'])
pred = dt.predict(customers[['total', 'average']])
