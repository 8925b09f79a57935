# %%
import re
import string
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import MultinomialNB

df = pd.read_csv('messages.csv')
df['length'] = df['text'].str.len()
df.groupby('label')['length'].mean()

# %%
stop = ['the', 'a', 'to', 'you']
def clean(text):
    text = re.sub(r'\d+', ' num ', text.lower())
    text = ''.join(c for c in text if c not in string.punctuation)
    return ' '.join(w for w in text.split() if w not in stop)

df['text'] = df['text'].apply(clean)

# %%
tfidf = TfidfVectorizer(max_features=60)
X = tfidf.fit_transform(df['text']).toarray()
y = df['label'].map({'ham': 0, 'spam': 1})
X_train, X_test, y_train, y_test, i_train, i_test = train_test_split(X, y, df.index, test_size=0.25, random_state=0)
nb = MultinomialNB()
nb.fit(X_train, y_train)
y_pred = nb.predict(X_test)
print(accuracy_score(y_test, y_pred))
