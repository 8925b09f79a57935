"""Training: the only place that fits."""

from sklearn.decomposition import PCA
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from digits.artifact import Fitted
from digits.preprocessing import PreprocessingState
from digits.saving import training_of


def fit(digits, state: PreprocessingState) -> Fitted:
    """Fit the model as the notebook does, and score it. From cells 3, 4, 10, 14 and 19."""

    X = digits.data
    y = digits.target
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=30)
    scaler = StandardScaler()
    X_train = scaler.fit_transform(X_train)
    pca = PCA(n_components=0.9, random_state=0)
    X_train_pca = pca.fit_transform(X_train)
    state.scaler = scaler
    X_test = scaler.transform(X_test)
    svm = SVC(C=10, gamma="scale")
    svm.fit(X_train_pca, y_train)
    state.pca = pca
    X_test_pca = pca.transform(X_test)
    y_pred = svm.predict(X_test_pca)
    return Fitted(model=svm, metrics={"accuracy": accuracy_score(y_test, y_pred)}, rows=digits.data)


train = training_of(fit)
