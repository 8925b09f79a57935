"""Training: the only place that fits."""

import pandas as pd
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, precision_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder, MinMaxScaler

from spam.artifact import Fitted
from spam.preprocessing import PreprocessingState, add_features, extra, features
from spam.saving import training_of


def fit(df: pd.DataFrame, state: PreprocessingState) -> Fitted:
    """Fit the model as the notebook does, and score it.

    From cells 3, 6, 8, 11, 15, 18, 19, 20, 21, 25 and 28.
    """
    scores = {}

    df = add_features(df, fitting=True)
    encoder = LabelEncoder()
    y = encoder.fit_transform(df["label"])
    idx_train, idx_test, y_train, y_test = train_test_split(
        df.index, y, test_size=0.25, random_state=2, stratify=y
    )
    train, test = df.loc[idx_train], df.loc[idx_test]
    tfidf = TfidfVectorizer(max_features=120, ngram_range=(1, 2))
    X_text_train = tfidf.fit_transform(train["clean"])
    scaler = MinMaxScaler()
    X_train = hstack([X_text_train, csr_matrix(scaler.fit_transform(train[extra]))]).tocsr()
    # precision matters most, nobody wants to lose a real message
    lr = LogisticRegression(C=5, max_iter=1000)
    lr.fit(X_train, y_train)
    state.tfidf = tfidf
    state.scaler = scaler
    X_test = features(test, state)
    y_pred3 = lr.predict(X_test)

    scores["accuracy"] = accuracy_score(y_test, y_pred3)

    scores["precision"] = precision_score(y_test, y_pred3)
    state.encoder = encoder
    return Fitted(model=lr, metrics=scores)


train = training_of(fit)
