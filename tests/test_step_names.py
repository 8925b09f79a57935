"""Functions have the name of their heading, or of what they do."""

from __future__ import annotations

import pytest

from nb2prod.generation.step_names import from_code, from_heading, sentence

HEADINGS = {
    "2. Cleaning": ("cleaning", "Cleaning"),
    "### 3.1) Fill the gaps!": ("fill_the_gaps", "Fill the gaps!"),
    "Step 4 - Encode": ("encode", "Step 4 - Encode"),
    "Drop the ID column as it has no impact": ("", "Drop the ID column as it has no impact"),
    "fit": ("", "fit"),
    "print": ("", "print"),
    "données": ("", "données"),
    "'''quotes\\ {{ x }}": ("quotes_x", "quotes x"),
    "": ("", ""),
}
CODE = {
    "df['Age'] = df['Age'].fillna(0)": "fill_age",
    "df['a'] = df['a'].fillna(0)\ndf['b'] = df['b'].fillna(1)": "fill_missing_values",
    "df = df.drop(columns=['id'])": "drop_columns",
    "df = df.drop(columns=['id'])\ndf['sex'] = df['sex'].map({'m': 1})": "encode_sex",
    "df = pd.get_dummies(with_categories(df, state.df_categories))": "encode_categories",
    "df[cols] = state.scaler.transform(df[cols])": "scale_features",
    "X = state.vectorizer.transform(df['text'])": "vectorize_text",
    "df['total'] = df['a'] + df['b']": "add_total",
    "df['c'] = df['a'] + df['b']\ndf['d'] = 1": "add_features",
    "df.loc[df['Age'] > 64, 'Age'] = 4": "replace_age",
    "for c in cols:\n    df[c] = df[c].astype(str)": "convert_types",
    "df['day'] = pd.to_datetime(df['day'])": "parse_day",
    "X = df[['a', 'b']]": "select_features",
    "x = 1": "prepare",
}


@pytest.mark.parametrize("heading", HEADINGS)
def test_name_and_sentence_of_a_heading(heading: str) -> None:
    assert (from_heading(heading), sentence(heading)) == HEADINGS[heading]


@pytest.mark.parametrize("code", CODE)
def test_name_of_code(code: str) -> None:
    name, told = from_code(code)
    assert name == CODE[code]
    assert told[0].isupper()
