"""Raw rows get the same answers however they arrive, and rows that do not fit get one clear error."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pandas as pd
import pytest

from digits.inference import Predictor
from digits.schema import SchemaError
from digits.serving import agree, take


def test_there_is_one_answer_for_each_row(predictor: Predictor, rows: Any) -> None:
    assert len(predictor.predict(rows)) == len(rows)


def test_a_row_alone_is_answered_as_in_the_batch(predictor: Predictor, rows: Any) -> None:
    batch = predictor.predict(rows)
    for place in range(len(rows)):
        assert agree(predictor.predict(take(rows, [place])), take_answers(batch, [place])).all()


def test_shuffled_rows_get_shuffled_answers(predictor: Predictor, rows: Any) -> None:
    order = np.random.default_rng(0).permutation(len(rows))
    shuffled = predictor.predict(take(rows, order))
    assert agree(shuffled, take_answers(predictor.predict(rows), order)).all()


def test_no_rows_get_no_answers(predictor: Predictor, rows: Any) -> None:
    assert len(predictor.predict(rows[:0])) == 0


def test_the_rows_are_left_as_they_are(predictor: Predictor, rows: Any) -> None:
    before = copy.deepcopy(rows)
    predictor.predict(rows)
    np.testing.assert_array_equal(rows, before)


def test_a_table_of_the_same_values_is_answered_alike(predictor: Predictor, rows: np.ndarray) -> None:
    if rows.ndim == 2:
        assert agree(predictor.predict(pd.DataFrame(rows)), predictor.predict(rows)).all()


def test_nested_lists_are_answered_alike(predictor: Predictor, rows: np.ndarray) -> None:
    assert agree(predictor.predict(rows.tolist()), predictor.predict(rows)).all()


def test_another_shape_is_refused(predictor: Predictor, rows: np.ndarray) -> None:
    with pytest.raises(SchemaError, match="shape"):
        predictor.predict(rows[..., np.newaxis])


def take_answers(answers: Any, places: Any) -> Any:
    """Give the answers at these places."""
    return answers.iloc[places] if hasattr(answers, "iloc") else np.asarray(answers)[places]
