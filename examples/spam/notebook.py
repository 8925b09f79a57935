# %% [markdown]
# # Spam or ham?

# %%
#!%matplotlib inline
import re
import string
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
from collections import Counter
from scipy.sparse import hstack, csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer, CountVectorizer
from sklearn.preprocessing import LabelEncoder, MinMaxScaler
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import MultinomialNB, GaussianNB, BernoulliNB
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, precision_score, confusion_matrix
# import nltk
# nltk.download('stopwords')      # own list below is enough

# %%
df = pd.read_csv('messages.csv', encoding='latin-1')
df.sample(5, random_state=2)

# %%
df.info()

# %% [markdown]
# ## 1. Clean

# %%
df.drop(columns=['Unnamed: 2', 'Unnamed: 3'], inplace=True)
df.rename(columns={'v1':'label','v2':'msg'}, inplace=True)
df.head()

# %%
df.duplicated().sum()

# %%
# keep the first
df = df.drop_duplicates(keep='first')
df.shape

# %% [markdown]
# ## 2. EDA

# %%
plt.pie(df['label'].value_counts(), labels=['ham','spam'], autopct="%0.2f")
plt.show()

# %%
df['n_chars'] = df['msg'].apply(len)
df['n_words'] = df['msg'].apply(lambda t: len(t.split()))
df['n_digits'] = df['msg'].str.count(r'\d')
df['caps'] = df['msg'].apply(lambda t: sum(c.isupper() for c in t) / len(t))
df.groupby('label')[['n_chars', 'n_words', 'n_digits', 'caps']].mean()

# %%
for kind, color in (('ham', 'tab:blue'), ('spam', 'tab:red')):
    plt.hist(df[df['label'] == kind]['n_chars'], bins=30, alpha=.6, color=color, label=kind)
plt.legend()

# %% [markdown]
# ## 3. Preprocess the text
# lower case, links and numbers to a token, no punctuation, no stop words, cheap stemming

# %%
STOPWORDS = set("""i me my we our you your he she it they them this that these those am is are was were be been have has
had do does did a an the and but if or because as until while of at by for with about to from in out on off so than too very
can will just should now u""".split())

def stem(w):
    for ending in ('ing', 'ed', 's'):
        if w.endswith(ending) and len(w) > len(ending) + 2:
            return w[:-len(ending)]
    return w

def clean_text(msg):
    msg = msg.lower()
    msg = re.sub(r'(http\S+|www\.\S+)', ' link ', msg)
    msg = re.sub(r'£\s?\d+', ' money ', msg)
    msg = re.sub(r'\d+', ' num ', msg)
    msg = msg.translate(str.maketrans('', '', string.punctuation))

    words = []
    for w in msg.split():
        if w in STOPWORDS:
            continue
        words.append(stem(w))
    # print(words)
    return " ".join(words)

clean_text("You won £500, running to http://abc.example now!")

# %%
df['clean'] = df['msg'].apply(clean_text)
df.head()

# %%
spam_words = Counter(w for t in df[df.label == 'spam']['clean'] for w in t.split())
plt.figure(figsize=(6, 2))
plt.bar(*zip(*spam_words.most_common(12)))
plt.xticks(rotation=60);

# %% [markdown]
# ## 4. Features

# %%
encoder = LabelEncoder()
y = encoder.fit_transform(df['label'])
encoder.classes_

# %%
# cv = CountVectorizer()
# X = cv.fit_transform(df['clean']).toarray()
idx_train, idx_test, y_train, y_test = train_test_split(df.index, y, test_size=0.25, random_state=2, stratify=y)
train, test = df.loc[idx_train], df.loc[idx_test]

# %%
tfidf = TfidfVectorizer(max_features=120, ngram_range=(1, 2))
X_text_train = tfidf.fit_transform(train['clean'])
X_text_test = tfidf.transform(test['clean'])
X_text_train.shape

# %%
# text alone misses the long ones, add the numbers
extra = ['n_chars', 'n_words', 'n_digits', 'caps']
scaler = MinMaxScaler()
X_train = hstack([X_text_train, csr_matrix(scaler.fit_transform(train[extra]))]).tocsr()
X_test = hstack([X_text_test, csr_matrix(scaler.transform(test[extra]))]).tocsr()
X_train.shape, X_test.shape

# %% [markdown]
# ## 5. Models

# %%
mnb = MultinomialNB()
mnb.fit(X_train, y_train)
y_pred1 = mnb.predict(X_test)
print(accuracy_score(y_test, y_pred1))
print(confusion_matrix(y_test, y_pred1))
print(precision_score(y_test, y_pred1))

# %%
bnb = BernoulliNB()
bnb.fit(X_train, y_train)
y_pred2 = bnb.predict(X_test)
print(accuracy_score(y_test, y_pred2), precision_score(y_test, y_pred2))

# %%
# precision matters most, nobody wants to lose a real message
lr = LogisticRegression(C=5, max_iter=1000)
lr.fit(X_train, y_train)
y_pred3 = lr.predict(X_test)
accuracy = accuracy_score(y_test, y_pred3)
precision = precision_score(y_test, y_pred3)
print(accuracy, precision)

# %%
top = np.argsort(lr.coef_[0])[-8:]
names = list(tfidf.get_feature_names_out()) + extra
[names[i] for i in top]

# %% [markdown]
# ## 6. Final predictions

# %%
labels = encoder.inverse_transform(y_pred3)
result = pd.DataFrame({'text': test['msg'], 'label': labels})
result.to_csv('predictions.csv', index=False)
result.head(8)
