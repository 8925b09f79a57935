# %% [markdown]
# # Handwritten digits
# PCA + SVM on the small 8x8 images

# %%
#!%matplotlib inline
import numpy as np
import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler, MinMaxScaler
from sklearn.model_selection import train_test_split, GridSearchCV, cross_val_score
from sklearn.svm import SVC
from sklearn.neighbors import KNeighborsClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, classification_report, confusion_matrix

# %%
digits = load_digits()
digits.keys()

# %%
X = digits.data
y = digits.target
X.shape, y.shape

# %%
fig, axes = plt.subplots(1, 8, figsize=(8, 1.3))
for i, ax in enumerate(axes):
    ax.imshow(digits.images[i], cmap='gray_r')
    ax.set_title(y[i])
    ax.axis('off')
plt.show()

# %%
X[0].reshape(8, 8)

# %%
np.bincount(y)

# %%
# some pixels are always 0
(X.std(axis=0) == 0).sum()

# %% [markdown]
# ## Split and scale

# %%
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=30)

# X_train = X_train / 16.0
# X_test = X_test / 16.0
scaler = StandardScaler()
X_train = scaler.fit_transform(X_train)
X_test = scaler.transform(X_test)

# %% [markdown]
# ## PCA

# %%
pca_full = PCA().fit(X_train)
plt.figure(figsize=(4, 2.5))
plt.plot(np.cumsum(pca_full.explained_variance_ratio_))
plt.axhline(0.9, c='r', ls=':')

# %%
# 2d picture, nice but useless for the model
X_2d = PCA(n_components=2).fit_transform(X_train)
plt.figure(figsize=(4, 3))
plt.scatter(X_2d[:, 0], X_2d[:, 1], c=y_train, cmap='tab10', s=4)
plt.colorbar();

# %%
pca = PCA(n_components=0.9, random_state=0)
X_train_pca = pca.fit_transform(X_train)
X_test_pca = pca.transform(X_test)
pca.n_components_

# %% [markdown]
# ## Models

# %%
logreg = LogisticRegression(max_iter=2000)
logreg.fit(X_train, y_train)
print('logistic, all pixels', logreg.score(X_test, y_test))

# %%
knn = KNeighborsClassifier(n_neighbors=5)
knn.fit(X_train_pca, y_train)
knn_acc = accuracy_score(y_test, knn.predict(X_test_pca))
print('knn', knn_acc)

# %%
for C in [0.1, 1, 10]:
    print(C, cross_val_score(SVC(C=C), X_train_pca, y_train, cv=3).mean())

# %%
svm = SVC(C=10, gamma='scale')
svm.fit(X_train_pca, y_train)
y_pred = svm.predict(X_test_pca)
svm_acc = accuracy_score(y_test, y_pred)
print('svm', svm_acc)

# %%
print(classification_report(y_test, y_pred))

# %%
cm = confusion_matrix(y_test, y_pred)
plt.figure(figsize=(3, 3))
plt.imshow(cm, cmap='Blues')
plt.title('svm')

# %%
# the wrong ones
wrong = np.where(y_pred != y_test)[0]
for i in wrong[:5]:
    print('predicted', y_pred[i], 'is', y_test[i])
