{{ cookiecutter.modules.config }}
