{{ cookiecutter.training.docstring }}

from {{ cookiecutter.package }}.artifact import Fitted
from {{ cookiecutter.package }}.saving import training_of
{{ cookiecutter.training.imports }}

{{ cookiecutter.training.body }}


train = training_of(fit)
