"""Every rule of the check with how grave a breach is, and the register of the functions that look for breaches.

`docs/check-rules.md` tells designers about each of them; a test holds the two together.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from casework.engine.problems import Problem, Severity
from casework.engine.xml import Node

if TYPE_CHECKING:
    from casework.engine.checks.document import Document
    from casework.engine.checks.release import Release

RULES: Final[Mapping[str, Severity]] = {
    # the file
    "too_large": "error",
    "document_type": "error",
    "not_xml": "error",
    "too_deep": "error",
    "not_bpmn": "error",
    "no_process": "error",
    "too_many_findings": "error",
    # the words of the language
    "unknown_element": "error",
    "misplaced_element": "error",
    "unknown_attribute": "error",
    "bad_value": "error",
    "missing_part": "error",
    "unknown_extension": "error",
    "foreign_extension": "warning",
    "not_supported_yet": "error",
    # ids and references
    "duplicate_id": "error",
    "duplicate_process": "error",
    "missing_id": "error",
    "bad_id": "error",
    "bad_name": "error",
    "unknown_reference": "error",
    "missing_reference": "error",
    "missing_code": "warning",
    # flows
    "dangling_flow": "error",
    "crossing_flow": "error",
    "flow_into_start": "error",
    "flow_out_of_end": "error",
    "flow_into_boundary": "error",
    "flow_outside": "error",
    "stale_flow_list": "warning",
    "duplicate_flow": "warning",
    "message_flow_inside": "error",
    "message_flow_end": "error",
    # structure
    "empty_process": "warning",
    "no_start": "error",
    "several_starts": "error",
    "start_trigger": "error",
    "unreachable": "error",
    "no_end": "warning",
    "dead_end": "warning",
    "unconnected_event": "error",
    "lane_overlap": "warning",
    "public_process": "error",
    "bad_drawing": "warning",
    # gateways and conditions
    "missing_condition": "error",
    "no_default": "warning",
    "condition_on_default": "error",
    "condition_not_allowed": "error",
    "bad_default": "error",
    "wrong_direction": "error",
    "bad_merge": "error",
    "event_gateway_target": "error",
    "gateway_without_purpose": "warning",
    # events
    "event_not_allowed": "error",
    "missing_trigger": "error",
    "boundary_not_attached": "error",
    "error_must_interrupt": "error",
    "bad_timer": "error",
    "missing_time": "error",
    "past_timer": "warning",
    "link_without_partner": "error",
    "event_subprocess": "error",
    "caught_twice": "warning",
    "compensation": "error",
    "unused_compensation": "warning",
    "cancel_outside_transaction": "error",
    # activities
    "token_quantity": "error",
    "ad_hoc": "error",
    "bad_loop": "error",
    "bad_multi_instance": "error",
    "script_language": "error",
    "missing_language": "warning",
    "missing_script": "error",
    "not_callable": "error",
    "missing_label": "warning",
    "missing_form": "warning",
    "missing_role": "warning",
    "missing_operation": "warning",
    "missing_decision": "warning",
    # data
    "data_set": "warning",
    "data_association": "warning",
    "data_type": "warning",
    # expressions
    "bad_expression": "error",
    "expression_language": "error",
    "unknown_function": "error",
    "unset_variable": "warning",
    # what the house holds
    "unknown_form": "error",
    "unknown_role": "error",
    "unknown_scope": "error",
    "unknown_conflict": "error",
    "unknown_operation": "error",
    "unknown_parameter": "error",
    "missing_parameter": "error",
    "unknown_decision": "error",
    "unknown_process": "error",
    "unknown_notice": "error",
    "unknown_policy": "error",
    "unknown_clock": "error",
    # how the parts play together
    "deadlock": "warning",
    "lack_of_synchronisation": "warning",
    "loop_without_exit": "warning",
    "endless_loop": "warning",
}

# what another engine does its own way, or what BPMN leaves open: asked only of files that are drawn for this house
HERE: Final = frozenset(
    [
        "foreign_extension",
        "missing_reference",
        "missing_time",
        "script_language",
        "missing_language",
        "missing_script",
        "bad_expression",
        "expression_language",
        "unknown_function",
        "missing_label",
        "missing_form",
        "missing_role",
        "missing_operation",
        "missing_decision",
    ]
)

# what only matters to a process that is to run: a drawing for people (isExecutable="false") may leave it open
TO_RUN: Final = HERE | {
    "no_process",
    "not_supported_yet",
    "missing_code",
    "bad_name",
    "empty_process",
    "missing_condition",
    "no_default",
    "bad_timer",
    "token_quantity",
    "bad_loop",
    "bad_multi_instance",
    "unknown_process",
    "endless_loop",
}

Findings = Iterator[Problem]
ElementRule = Callable[[Node, "Document"], Findings]
ReleaseRule = Callable[["Release"], Findings]

ELEMENT_RULES: dict[str, list[ElementRule]] = {}
RELEASE_RULES: list[ReleaseRule] = []


def each(*tags: str) -> Callable[[ElementRule], ElementRule]:
    """Register a function that looks at every element with one of these BPMN tags."""

    def register(function: ElementRule) -> ElementRule:
        for tag in tags:
            ELEMENT_RULES.setdefault(tag, []).append(function)
        return function

    return register


def across(function: ReleaseRule) -> ReleaseRule:
    """Register a function that looks at all files of a release together."""
    RELEASE_RULES.append(function)
    return function
