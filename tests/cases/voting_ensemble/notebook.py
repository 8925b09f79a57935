# %%
import pandas as pd
from sklearn.ensemble import RandomForestClassifier, VotingClassifier, StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

df = pd.read_csv('people.csv')
X_train, X_test, y_train, y_test = train_test_split(df[['age', 'income', 'visits']], df['left'], random_state=0)

# %%
log = make_pipeline(StandardScaler(), LogisticRegression())
rf = RandomForestClassifier(15, random_state=0)
nb = GaussianNB()
voting = VotingClassifier([('lr', log), ('rf', rf), ('nb', nb)], voting='soft')
for clf in (log, rf, nb, voting):
    clf.fit(X_train, y_train)
    print(type(clf).__name__, clf.score(X_test, y_test))

# %%
final = voting.predict(X_test)
pd.DataFrame({'pred': final}).to_csv('final.csv')
