"""The knowledge base asked: by qualified name, by receiver and method, by class, with the arguments given."""

from __future__ import annotations

import pytest

from nb2prod.facts import UNKNOWN, load_facts

FACTS = load_facts()


@pytest.mark.parametrize(
    ("qualified", "name", "relation"),
    [
        ("pandas.Series.mean", "pandas.Series.mean", "agg"),
        ("matplotlib.pyplot.plot", "matplotlib.pyplot.plot", "eda"),
        ("seaborn.load_dataset", "seaborn.load_dataset", "io_read"),
        ("seaborn.heatmap", "seaborn.heatmap", "eda"),
        (
            "sklearn.metrics.RocCurveDisplay.from_estimator",
            "sklearn.metrics.RocCurveDisplay.from_estimator",
            "eda",
        ),
        ("tensorflow.keras.utils.to_categorical", "keras.utils.to_categorical", "map"),
        ("sklearn.externals.joblib.load", "joblib.load", "io_read"),
        ("sklearn.cross_validation.train_test_split", "sklearn.model_selection.train_test_split", "split"),
        ("sklearn.preprocessing.StandardScaler", "sklearn.preprocessing.StandardScaler", "const"),
        ("sklearn.linear_model.Ridge.fit", "estimator.fit", "est"),
        (
            "sklearn.ensemble.forest.RandomForestClassifier",
            "sklearn.ensemble.forest.RandomForestClassifier",
            "const",
        ),
    ],
)
def test_qualified_name_finds_its_fact(qualified: str, name: str, relation: str) -> None:
    fact = FACTS.lookup(qualified)
    assert fact is not None
    assert (fact.name, fact.relation) == (name, relation)


@pytest.mark.parametrize("qualified", ["pandas.Series.no_such_method", "mylib.f", "numpy.no_such_function", "f", ""])
def test_unknown_name_finds_nothing(qualified: str) -> None:
    assert FACTS.lookup(qualified) is None


@pytest.mark.parametrize(
    ("tag", "method", "name"),
    [
        ("frame", "mean", "pandas.DataFrame.mean"),
        ("series", "map", "pandas.Series.map"),
        ("array", "mean", "numpy.ndarray.mean"),
        ("groupby", "transform", "pandas.api.typing.DataFrameGroupBy.transform"),
        ("groupby", "nlargest", "pandas.api.typing.SeriesGroupBy.nlargest"),
        ("window", "mean", "pandas.api.typing.Rolling.mean"),
        ("series.str", "lower", "pandas.Series.str.lower"),
        ("series.dt", "year", "pandas.Series.dt.year"),
        ("list", "append", "builtins.list.append"),
        ("dict", "update", "builtins.dict.update"),
        ("str", "lower", "builtins.str.lower"),
        ("estimator", "fit", "estimator.fit"),
        ("index", "tolist", "pandas.Index.tolist"),
        ("any", "fillna", "pandas.DataFrame.fillna"),
        ("any", "map", "pandas.DataFrame.map"),
        ("any", "argsort", "pandas.Series.argsort"),
        ("any", "fit", "estimator.fit"),
        ("any", "append", "builtins.list.append"),
        ("any", "set_title", "figure.set_title"),
        ("any", "stem", "tool.stem"),
        ("any", "iteritems", "pandas.DataFrame.iteritems"),
        ("something else", "dropna", "pandas.DataFrame.dropna"),
    ],
)
def test_method_of_a_receiver_finds_its_fact(tag: str, method: str, name: str) -> None:
    fact = FACTS.method(tag, method)
    assert fact is not None
    assert fact.name == name


@pytest.mark.parametrize(("tag", "method"), [("frame", "fit"), ("list", "mean"), ("any", "no_such_method")])
def test_receiver_without_the_method_finds_nothing(tag: str, method: str) -> None:
    assert FACTS.method(tag, method) is None


@pytest.mark.parametrize(
    ("asked", "name", "kind"),
    [
        ("sklearn.svm.SVC", "sklearn.svm.SVC", "classifier"),
        ("SVC", "sklearn.svm.SVC", "classifier"),
        ("OneHotEncoder", "sklearn.preprocessing.OneHotEncoder", "transformer"),
        ("category_encoders.one_hot.OneHotEncoder", "category_encoders.OneHotEncoder", "transformer"),
        ("tensorflow.keras.models.Sequential", "keras.models.Sequential", "network"),
        ("xgboost.sklearn.XGBClassifier", "xgboost.XGBClassifier", "classifier"),
    ],
)
def test_class_finds_its_estimator(asked: str, name: str, kind: str) -> None:
    fact = FACTS.estimator(asked)
    assert fact is not None
    assert (fact.name, fact.kind) == (name, kind)


@pytest.mark.parametrize("asked", ["sklearn.svm.no_class", "mylib.SVC", "pandas.DataFrame"])
def test_other_class_is_no_estimator(asked: str) -> None:
    assert FACTS.estimator(asked) is None


@pytest.mark.parametrize(
    ("qualified", "positional", "keywords", "relation"),
    [
        ("pandas.DataFrame.mean", (), {}, "agg"),
        ("pandas.DataFrame.mean", (1,), {}, "map"),
        ("pandas.DataFrame.mean", (), {"axis": "columns"}, "map"),
        ("pandas.DataFrame.mean", (), {"axis": 0}, "agg"),
        ("pandas.DataFrame.mean", (), {"axis": True}, "agg"),
        ("pandas.DataFrame.mean", (), {"axis": UNKNOWN}, "agg"),
        ("pandas.DataFrame.drop", (), {"columns": UNKNOWN}, "col"),
        ("pandas.DataFrame.drop", (UNKNOWN, 1), {}, "col"),
        ("pandas.DataFrame.drop", (UNKNOWN,), {}, "rows"),
        ("pandas.DataFrame.fillna", (), {"method": "ffill"}, "win"),
        ("pandas.cut", (UNKNOWN, [0, 1, 2]), {}, "map"),
        ("pandas.cut", (UNKNOWN, 4), {}, "fit"),
        ("pandas.cut", (UNKNOWN,), {"bins": UNKNOWN}, "fit"),
        ("pandas.Series.str.cat", (), {"sep": " "}, "agg"),
        ("pandas.Series.str.cat", (UNKNOWN,), {}, "map"),
        ("pandas.Series.str.split", (), {"expand": True}, "sel"),
        ("numpy.where", (UNKNOWN,), {}, "agg"),
        ("numpy.where", (UNKNOWN, 1, 0), {}, "map"),
    ],
)
def test_arguments_decide_the_exceptions(
    qualified: str, positional: tuple[object, ...], keywords: dict[str, object], relation: str
) -> None:
    fact = FACTS.lookup(qualified)
    assert fact is not None
    assert fact.given(positional, keywords).relation == relation


def test_exception_changes_the_name_of_a_metric() -> None:
    fact = FACTS.lookup("sklearn.metrics.mean_squared_error")
    assert fact is not None
    assert (fact.metric, fact.given((UNKNOWN, UNKNOWN), {"squared": False}).metric) == ("mse", "rmse")


def test_role_follows_the_relation_that_an_exception_gives() -> None:
    fact = FACTS.lookup("pandas.DataFrame.mean")
    assert fact is not None
    assert (fact.role, fact.given((1,)).role) == ("define", "feature")
