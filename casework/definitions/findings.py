"""What is wrong with the forms of a release: each can be read, and names only what the release or the house has."""

import tomllib
from collections.abc import Collection, Iterator, Mapping

from casework import engine, forms
from casework.engine.check import names_in
from casework.engine.problems import Severity
from casework.feel.functions import BUILTINS

_FORM = ".json"
_ABOUT = "process.toml"
_KEYS = {
    "policy": "policies",
    "rule": "policies",
    "deadline": "policies",
    "share_fits": "policies",
    "clock": "clocks",
}


def form_findings(
    asked: Mapping[str, bytes], around: Mapping[str, bytes], catalogue: engine.Catalogue
) -> Iterator[engine.Problem]:
    """Yield everything that is wrong with the forms `asked` for, by file; JSON keeps no lines, so the field is named.

    `around` are all files of the release: a form names what a diagram or another form of it writes or reads, what its
    `process.toml` takes in, and what the house tells (`catalogue.names`; where this is None, any name passes). Another
    name is a warning, for operations may give it.
    """
    read: dict[str, forms.Form] = {}
    others = {name: raw for name, raw in around.items() if name.endswith(_FORM)}
    for name, raw in {**others, **asked}.items():
        try:
            read[name] = forms.load(raw)
        except forms.FormRefused as refused:
            for one in refused.problems if name in asked else ():
                yield _problem(name, one.element, one.name, one.rule, one.message["zh"], one.message["en"])
    names = None if catalogue.names is None else known_names(around, read.values()).union(catalogue.names)
    for name in asked:
        if name in read:
            yield from _wrong_names(name, read[name], names)
            yield from _wrong_calls(name, read[name], catalogue)


def known_names(files: Mapping[str, bytes], read: Collection[forms.Form]) -> frozenset[str]:
    """Return every name for data that the files of a release know, `read` being its forms."""
    handed_over = {
        name
        for file, raw in files.items()
        if file.endswith(_ABOUT)
        for name in tomllib.loads(raw.decode()).get("in", {})
    }
    drawn = names_in({name: raw for name, raw in files.items() if name.endswith(".bpmn")})
    return drawn.union(handed_over, *(form.own for form in read))


def _wrong_names(file: str, form: forms.Form, known: Collection[str] | None) -> Iterator[engine.Problem]:
    for field in forms.every(form.fields):
        if field.group_by and field.group_by not in form.own:
            yield _problem(
                file,
                field.id,
                field.label[0] or field.key,
                "unknown_field",
                f"选项按“{field.group_by}”分组，表单里没有这个字段。请选择已有的字段。",
                f"The options go by '{field.group_by}', which is no field of the form. Choose one that is.",
            )
    for one in form.expressions if known is not None else ():
        for name in sorted(one.expression.names.difference(form.own, known or ())):
            yield _problem(
                file,
                one.element,
                one.name,
                "unknown_name",
                f"用到“{name}”，但表单、流程图和事实里都没有它；除非某个操作给出它，否则永远是空的。请检查写法。",
                f"'{name}' is asked, but no form, diagram or fact has it: unless an operation gives it, it is always "
                "empty. Check the spelling.",
                severity="warning",
            )


def _wrong_calls(file: str, form: forms.Form, catalogue: engine.Catalogue) -> Iterator[engine.Problem]:
    for one in form.expressions:
        for call in one.expression.calls:
            functions = catalogue.functions
            if functions is not None and call.name not in BUILTINS and call.name not in functions:
                yield _problem(
                    file,
                    one.element,
                    one.name,
                    "unknown_function",
                    f"没有名为“{call.name}”的函数。请检查写法。",
                    f"There is no function '{call.name}'. Check the spelling.",
                )
            kind = _KEYS.get(call.name)
            known = getattr(catalogue, kind) if kind else None
            key = call.args[0] if call.args else None
            if known is not None and isinstance(key, str) and key not in known:
                policy = kind == "policies"
                yield _problem(
                    file,
                    one.element,
                    one.name,
                    "unknown_policy" if policy else "unknown_clock",
                    f"{call.name} 中的“{key}”不是已有的{'政策' if policy else '时限'}。请选择已有的。",
                    f"'{key}' in {call.name} is no existing {'policy' if policy else 'clock'}. Choose an existing one.",
                )


def _problem(
    file: str, element: str | None, name: str | None, rule: str, zh: str, en: str, severity: Severity = "error"
) -> engine.Problem:
    return engine.Problem(file, element, name, None, rule, severity, {"zh": zh, "en": en})
