{{ cookiecutter.modules.data }}
