"""Raw rows to features: the same code for training and for inference."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from typing import Any

import pandas as pd
from scipy.sparse import csr_matrix, hstack

STOPWORDS = set(
    [
        "i",
        "me",
        "my",
        "we",
        "our",
        "you",
        "your",
        "he",
        "she",
        "it",
        "they",
        "them",
        "this",
        "that",
        "these",
        "those",
        "am",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "have",
        "has",
        "had",
        "do",
        "does",
        "did",
        "a",
        "an",
        "the",
        "and",
        "but",
        "if",
        "or",
        "because",
        "as",
        "until",
        "while",
        "of",
        "at",
        "by",
        "for",
        "with",
        "about",
        "to",
        "from",
        "in",
        "out",
        "on",
        "off",
        "so",
        "than",
        "too",
        "very",
        "can",
        "will",
        "just",
        "should",
        "now",
        "u",
    ]
)

# text alone misses the long ones, add the numbers
extra = ["n_chars", "n_words", "n_digits", "caps"]


@dataclass
class PreprocessingState:
    """What training learned from the rows, and inference recalls."""

    tfidf: Any = None  # cell 20
    scaler: Any = None  # cell 21
    encoder: Any = None  # cell 28


def preprocess(df: pd.DataFrame, state: PreprocessingState):
    """Turn raw rows into the features of the model. From cells 3, 6, 8, 11, 15, 19, 20 and 21."""
    df = add_features(df)
    return features(df, state)


def add_features(df: pd.DataFrame, *, fitting: bool = False) -> pd.DataFrame:
    """Add features. From cells 6, 8, 11 and 15."""
    # --- Clean
    df.drop(columns=["Unnamed: 2", "Unnamed: 3"], inplace=True)
    df.rename(columns={"v1": "label", "v2": "msg"}, inplace=True)
    if fitting:
        # keep the first
        df = df.drop_duplicates(keep="first")
    # --- EDA
    df["n_chars"] = df["msg"].apply(len)
    df["n_words"] = df["msg"].apply(lambda t: len(t.split()))
    df["n_digits"] = df["msg"].str.count(r"\d")
    df["caps"] = df["msg"].apply(lambda t: sum(c.isupper() for c in t) / len(t))
    # --- Preprocess the text
    df["clean"] = df["msg"].apply(clean_text)
    return df


def features(test: pd.DataFrame, state: PreprocessingState):
    """Features. From cells 20 and 21."""
    X_text_test = state.tfidf.transform(test["clean"])
    return hstack([X_text_test, csr_matrix(state.scaler.transform(test[extra]))]).tocsr()


def stem(w):
    for ending in ("ing", "ed", "s"):
        if w.endswith(ending) and len(w) > len(ending) + 2:
            return w[: -len(ending)]
    return w


def clean_text(msg):
    msg = msg.lower()
    msg = re.sub(r"(http\S+|www\.\S+)", " link ", msg)
    msg = re.sub(r"£\s?\d+", " money ", msg)
    msg = re.sub(r"\d+", " num ", msg)
    msg = msg.translate(str.maketrans("", "", string.punctuation))

    words = []
    for w in msg.split():
        if w in STOPWORDS:
            continue
        words.append(stem(w))
    # print(words)
    return " ".join(words)
