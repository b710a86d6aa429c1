"""How complaints of the demonstration go: each plot leads a tale from the report to where it is to stand.

A tale that begins lately is cut off by the present: the acts that lie ahead are not done, so the case is live.
"""

from collections.abc import Callable, Mapping

from banjie.demonstration.plots import (
    callbacks,
    conferences,
    dangers,
    extensions,
    handing_back,
    lateness,
    merging,
    ordinary,
    sorting,
    stopping,
)
from banjie.demonstration.tales import Tale

Plot = Callable[[Tale], None]

#: By the name that the plan calls it.
PLOTS: Mapping[str, Plot] = {
    plot.__name__: plot
    for plot in (
        ordinary.satisfied,
        ordinary.recorded_first,
        ordinary.returned,
        ordinary.anonymous,
        ordinary.changed_hands,
        ordinary.new,
        ordinary.claimed,
        ordinary.half_done,
        ordinary.to_verify,
        sorting.unsorted,
        sorting.to_sort,
        sorting.sealed,
        callbacks.called_back,
        callbacks.unreached,
        callbacks.to_call,
        callbacks.redone,
        callbacks.redo_running,
        callbacks.explained,
        callbacks.undecided,
        callbacks.same_again,
        lateness.late_bureau,
        lateness.late_company,
        lateness.second_tier,
        lateness.third_tier,
        lateness.fourth_tier,
        handing_back.handed_back,
        handing_back.arbitrated,
        handing_back.to_redispatch,
        handing_back.to_arbitrate,
        extensions.extended,
        extensions.extension_refused,
        extensions.extension_too_late,
        extensions.to_extend,
        extensions.extension_running,
        dangers.urgent,
        dangers.accident,
        dangers.to_arrive,
        dangers.to_make_safe,
        dangers.urgent_handled,
        merging.two_lines,
        merging.asked_same,
        merging.cluster,
        merging.to_compare,
        stopping.withdrawn,
        stopping.legal_track,
        stopping.to_stop,
        conferences.in_conference,
    )
}
