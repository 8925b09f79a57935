# %% [markdown]
# # What is a house worth?
#
# Two weekends of work. Most of it went into the features, the model in the end is simple (lasso).

# %%
import numpy as np
import pandas as pd
#!%matplotlib inline
import matplotlib.pyplot as plt
from scipy.stats import norm, skew, probplot
import warnings
warnings.filterwarnings("ignore")

pd.options.display.float_format = lambda v: '%.3f' % v
pd.options.display.max_columns = 50

# %%
train = pd.read_csv('train.csv')
test = pd.read_csv('test.csv')

# %%
train.head()

# %%
test.head(3)

# %%
print("train", train.shape, "test", test.shape)

# the id is no feature. keep it for the submission file
train_ID = train['Id']
test_ID = test['Id']
train.drop("Id", axis = 1, inplace = True)
test.drop("Id", axis = 1, inplace = True)

print("train", train.shape, "test", test.shape)

# %% [markdown]
# ## Outliers

# %%
fig, ax = plt.subplots(figsize=(5, 3))
ax.scatter(train['GrLivArea'], train['SalePrice'], s=8)
ax.set_xlabel('GrLivArea')
ax.set_ylabel('SalePrice')
plt.show()

# %% [markdown]
# two palaces sold for nothing (bottom right), away with them

# %%
train = train.drop(train[(train['GrLivArea']>4000) & (train['SalePrice']<300000)].index)
train.shape

# %% [markdown]
# ## The target
# skewed to the right, so take the log

# %%
mu, sigma = norm.fit(train['SalePrice'])
print('mean %.0f, std %.0f, skew %.2f' % (mu, sigma, train['SalePrice'].skew()))
plt.figure(figsize=(5, 2.5))
plt.hist(train['SalePrice'], bins=40)
plt.title('SalePrice')
plt.show()
#probplot(train['SalePrice'], plot=plt)

# %%
train["SalePrice"] = np.log1p(train["SalePrice"])
print('skew now', train["SalePrice"].skew())

# %%
# who goes with the price?
train.corr(numeric_only=True)['SalePrice'].sort_values(ascending=False).head(8)

# %% [markdown]
# ## One big table
# saves typing everything twice

# %%
ntrain = train.shape[0]
ntest = test.shape[0]
y_train = train.SalePrice.values
all_data = pd.concat((train, test)).reset_index(drop=True)
all_data.drop(['SalePrice'], axis=1, inplace=True)
print("all_data:", all_data.shape)

# %% [markdown]
# ### Missing values

# %%
miss = all_data.isnull().mean() * 100
miss = miss[miss > 0].sort_values(ascending=False)
pd.DataFrame({'missing %': miss})

# %% [markdown]
# No pool, no alley, no fireplace, no garage: NA is a value there, not a hole

# %%
all_data["PoolQC"] = all_data["PoolQC"].fillna("None")
all_data["Alley"] = all_data["Alley"].fillna("None")
all_data["FireplaceQu"] = all_data["FireplaceQu"].fillna("None")

# %%
# street front should be alike within a neighborhood, use the median of the neighbours
all_data["LotFrontage"] = all_data.groupby("Neighborhood")["LotFrontage"].transform(
    lambda x: x.fillna(x.median()))

# %%
for col in ('GarageType', 'BsmtQual', 'BsmtExposure'):
    all_data[col] = all_data[col].fillna('None')

for col in ('GarageArea', 'GarageCars', 'TotalBsmtSF'):
    all_data[col] = all_data[col].fillna(0)

all_data["MasVnrArea"] = all_data["MasVnrArea"].fillna(0)

# %%
all_data['MSZoning'] = all_data['MSZoning'].fillna(all_data['MSZoning'].mode()[0])

all_data = all_data.drop(['Utilities'], axis=1)     # always AllPub

all_data["Functional"] = all_data["Functional"].fillna("Typ")   # the data description says so

for col in ['Electrical', 'KitchenQual', 'SaleType']:
    all_data[col] = all_data[col].fillna(all_data[col].mode()[0])

# %%
# anything left?
miss = all_data.isnull().mean() * 100
miss[miss > 0]

# %% [markdown]
# ### Feature enginering
# Some numbers are no numbers

# %%
all_data['MSSubClass'] = all_data['MSSubClass'].apply(str)
all_data['OverallCond'] = all_data['OverallCond'].astype(str)
all_data['YrSold'] = all_data['YrSold'].astype(str)
all_data['MoSold'] = all_data['MoSold'].astype(str)

# %%
from sklearn.preprocessing import LabelEncoder
# these have some kind of order, one number is enough. (alphabetical order, I know...)
cols = ('FireplaceQu', 'BsmtQual', 'ExterQual', 'KitchenQual', 'Functional', 'BsmtExposure',
        'PoolQC', 'LotShape', 'Street', 'Alley', 'CentralAir', 'MSSubClass', 'OverallCond',
        'YrSold', 'MoSold')
for c in cols:
    lbl = LabelEncoder()
    lbl.fit(list(all_data[c].values))
    all_data[c] = lbl.transform(list(all_data[c].values))

print(all_data.shape)

# %%
# area of everything
all_data['TotalSF'] = all_data['TotalBsmtSF'] + all_data['1stFlrSF'] + all_data['2ndFlrSF']
#all_data['Age'] = all_data['YrSold'] - all_data['YearBuilt']     # YrSold is a label now, oops

# %% [markdown]
# ### Skewed columns

# %%
numeric_feats = all_data.select_dtypes(include=[np.number]).columns

skewed_feats = all_data[numeric_feats].apply(lambda x: skew(x.dropna())).sort_values(ascending=False)
skewness = pd.DataFrame({'Skew' :skewed_feats})
skewness.head(10)

# %%
skewness = skewness[abs(skewness['Skew']) > 0.75]
print(skewness.shape[0], "columns to unskew")

from scipy.special import boxcox1p
skewed_features = skewness.index
lam = 0.15
for feat in skewed_features:
    #all_data[feat] += 1
    all_data[feat] = boxcox1p(all_data[feat], lam)

#all_data[skewed_features] = np.log1p(all_data[skewed_features])    # a bit worse

# %%
all_data = pd.get_dummies(all_data)
print(all_data.shape)

# %%
train = all_data[:ntrain]
test = all_data[ntrain:]

# %% [markdown]
# ## Models

# %%
from sklearn.linear_model import ElasticNet, Lasso
from sklearn.ensemble import RandomForestRegressor,  GradientBoostingRegressor
from sklearn.kernel_ridge import KernelRidge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import RobustScaler
from sklearn.model_selection import KFold, cross_val_score, train_test_split
from sklearn.metrics import mean_squared_error

# %%
n_folds = 5

def rmse_cv(model):
    kf = KFold(n_folds, shuffle=True, random_state=42)
    mse = -cross_val_score(model, train.values, y_train, scoring="neg_mean_squared_error", cv = kf)
    return np.sqrt(mse)

def rmse(y, y_hat):
    return np.sqrt(mean_squared_error(y, y_hat))

# %%
lasso = make_pipeline(RobustScaler(), Lasso(alpha =0.0005, random_state=1, max_iter=20000))
enet = make_pipeline(RobustScaler(), ElasticNet(alpha=0.0005, l1_ratio=.9, random_state=3, max_iter=20000))
krr = KernelRidge(alpha=0.6, kernel='polynomial', degree=2, coef0=2.5)
gboost = GradientBoostingRegressor(n_estimators=120, learning_rate=0.05, max_depth=4, max_features='sqrt',
                                   min_samples_leaf=15, loss='huber', random_state =5)

# %%
score = rmse_cv(lasso)
print("lasso        %.4f +- %.4f" % (score.mean(), score.std()))

# %%
score = rmse_cv(enet)
print("elastic net  %.4f +- %.4f" % (score.mean(), score.std()))

# %%
#score = rmse_cv(krr)
#print("kernel ridge %.4f +- %.4f" % (score.mean(), score.std()))      # takes forever

# %%
score = rmse_cv(gboost)
print("boosting     %.4f +- %.4f" % (score.mean(), score.std()))

# %%
gboost.fit(train.values, y_train)
gb_train_pred = gboost.predict(train.values)
gb_pred = np.expm1(gboost.predict(test.values))
print(rmse(y_train, gb_train_pred))

# %% [markdown]
# lasso wins in CV, boosting wins only on train (overfit)

# %%
lasso.fit(train.values, y_train)
lasso_train_pred = lasso.predict(train.values)
lasso_pred = np.expm1(lasso.predict(test.values))
train_rmse = rmse(y_train, lasso_train_pred)
print(train_rmse)

# %%
coef = pd.Series(lasso.named_steps['lasso'].coef_, index=train.columns)
print("lasso keeps %d of %d columns" % ((coef != 0).sum(), len(coef)))
ends = pd.concat([coef.sort_values().head(6), coef.sort_values().tail(6)])
ends.plot(kind = "barh", figsize=(5, 3))
plt.title("strongest coefficients")

# %%
# blend = 0.7 * lasso_pred + 0.3 * gb_pred      # not better than lasso alone

# %% [markdown]
# ## Submission

# %%
sub = pd.DataFrame()
sub['Id'] = test_ID
sub['SalePrice'] = lasso_pred
sub.to_csv('submission.csv',index=False)
sub.head()
