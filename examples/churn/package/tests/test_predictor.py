"""Raw rows get the same answers however they arrive, and rows that do not fit get one clear error."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pandas as pd
import pytest

from churn.inference import Predictor
from churn.schema import SchemaError
from churn.serving import agree, take


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
    pd.testing.assert_frame_equal(rows, before)


def test_there_is_one_row_of_probabilities_for_each_row(predictor: Predictor, rows: Any) -> None:
    assert len(predictor.predict_proba(rows)) == len(rows)


def test_dicts_are_answered_like_the_table(predictor: Predictor, rows: pd.DataFrame) -> None:
    table = rows.reset_index() if predictor.schema.index else rows
    dicts = [{k: v for k, v in zip(table.columns, row, strict=True)} for row in table.to_numpy(dtype=object)]
    assert agree(predictor.predict(dicts), predictor.predict(rows)).all()


def test_an_extra_column_is_ignored(predictor: Predictor, rows: pd.DataFrame) -> None:
    assert agree(predictor.predict(rows.assign(unheard_of="x")), predictor.predict(rows)).all()


def test_optional_columns_may_be_absent(predictor: Predictor, rows: pd.DataFrame) -> None:
    required = [column.name for column in predictor.schema.columns if column.required]
    assert agree(predictor.predict(rows[required]), predictor.predict(rows)).all()


def test_the_order_of_the_columns_does_not_matter(predictor: Predictor, rows: pd.DataFrame) -> None:
    assert agree(predictor.predict(rows[list(rows.columns)[::-1]]), predictor.predict(rows)).all()


def test_missing_columns_are_all_named(predictor: Predictor, rows: pd.DataFrame) -> None:
    required = [column.name for column in predictor.schema.columns if column.required]
    if not required:
        pytest.skip("no column can change an answer")
    with pytest.raises(SchemaError) as caught:
        predictor.predict(rows.drop(columns=required))
    assert all(repr(name) in str(caught.value) for name in required)


def test_a_wrong_type_is_named(predictor: Predictor, rows: pd.DataFrame) -> None:
    for column in predictor.schema.columns:
        if column.required and column.kind not in ("text", "any"):
            wrong = rows.astype({column.name: object})
            wrong[column.name] = [["no", "value"]] * len(rows)
            with pytest.raises(SchemaError, match="expected"):
                predictor.predict(wrong)


def test_an_unseen_category_is_answered_or_named(predictor: Predictor, rows: pd.DataFrame) -> None:
    for column in predictor.schema.columns:
        if column.required and column.kind in ("text", "category"):
            unseen = rows.astype({column.name: object}).assign(**{str(column.name): "unheard of"})
            try:
                answers = predictor.predict(unseen)
            except ValueError as error:
                assert "unheard of" in str(error)
            else:
                assert len(answers) == len(rows)


def test_a_null_is_answered_or_named(predictor: Predictor, rows: pd.DataFrame) -> None:
    for column in predictor.schema.columns:
        empty = rows.assign(**{str(column.name): None})
        if column.required and not column.nullable:
            with pytest.raises(SchemaError, match="null"):
                predictor.predict(empty)
        else:
            assert len(predictor.predict(empty)) == len(rows)


def test_a_single_row_outside_a_list_is_refused(predictor: Predictor, rows: pd.DataFrame) -> None:
    with pytest.raises(SchemaError, match="list"):
        predictor.predict(rows.iloc[0].to_dict())


def take_answers(answers: Any, places: Any) -> Any:
    """Give the answers at these places."""
    return answers.iloc[places] if hasattr(answers, "iloc") else np.asarray(answers)[places]
