"""Training: the only place that fits."""

from typing import Any

from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, precision_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder, MinMaxScaler

from spam import config
from spam.artifact import Fitted, Folder, Metrics
from spam.data import Paths
from spam.preprocessing import PreprocessingState, add_features, extra, features
from spam.saving import fit_and_save


def fit(df: Any) -> Fitted:
    """Fit the model as the notebook does, and score it.

    From cells 3, 6, 8, 11, 15, 18, 19, 20, 21, 25 and 28.
    """
    raw = df.copy()
    state = PreprocessingState()
    scores: dict[str, Any] = {}

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
    return Fitted(model=lr, state=state, metrics=scores, rows=raw)


def train(data: Paths | None = None, artifacts: Folder = config.ARTIFACTS) -> Metrics:
    """Fit as the notebook does, and save what it made; return the metrics."""
    return fit_and_save(fit, data, artifacts)
