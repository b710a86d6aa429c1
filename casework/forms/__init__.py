"""Forms of human tasks: form-js schemas in, answers checked by the designer's rules out."""

from casework.forms.fields import Field, Option, Rules
from casework.forms.form import Form, Look, every, fill
from casework.forms.loading import load
from casework.forms.problems import FormRefused, Problem

__all__ = ["Field", "Form", "FormRefused", "Look", "Option", "Problem", "Rules", "every", "fill", "load"]
