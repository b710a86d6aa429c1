"""What the records of takeovers are called, in both languages, as pages and files tell them."""

from collections.abc import Mapping

from casework.errors import Texts

KINDS: Mapping[str, Texts] = {
    "serving": ("选聘企业", "Hired company"),
    "emergency": ("应急服务", "Emergency service"),
    "basic": ("基本服务", "Basic service"),
    "interim": ("临时负责", "For now"),
    "self": ("业主自管", "Owners themselves"),
}
CLASSES: Mapping[str, Texts] = {
    "A": ("A 转市场", "A to the market"),
    "B": ("B 打包", "B bundle"),
    "C": ("C 国企兜底", "C state company"),
    "D": ("D 自管", "D self-run"),
    "none": ("未分类", "Not classed"),
}
DUTIES: Mapping[str, Texts] = {
    "old_unit": ("原服务单位", "The former unit"),
    "new_firm": ("接管企业", "The new company"),
    "developer": ("建设单位", "The developer"),
    "utility": ("专业经营单位", "The utility"),
    "owners": ("业主", "The owners"),
    "government": ("政府", "The government"),
}
STATES: Mapping[str, Texts] = {
    "present": ("齐全", "Present"),
    "missing": ("缺失", "Missing"),
    "rebuild": ("需重建", "To be made anew"),
    "sound": ("完好", "Sound"),
    "defect": ("有缺陷", "Defect"),
}
GRADES: Mapping[str, Texts] = {
    "A": ("A 级，危及安全", "A, a danger"),
    "B": ("B 级，影响使用", "B, hinders use"),
    "C": ("C 级，影响外观", "C, looks only"),
}
PAYERS: Mapping[str, Texts] = {
    "utility": ("专业经营单位", "Utility"),
    "owners": ("业主", "Owners"),
    "government": ("政府", "Government"),
    "developer": ("建设单位", "Developer"),
}
RATERS: Mapping[str, Texts] = {
    "housing": ("住建部门", "Housing authority"),
    "street": ("街道", "Street"),
    "community": ("社区", "Community"),
    "residents": ("居民", "Residents"),
}
LINES: Mapping[str, Texts] = {
    "service": ("服务支出", "Service"),
    "fee": ("物业费", "Fee"),
    "revenue": ("公共收益", "Revenue of common parts"),
    "subsidy": ("补贴", "Subsidy"),
}
ORIGINS: Mapping[str, Texts] = {
    "dwelling_of_unit": ("单位宿舍", "Work-unit compound"),
    "resettlement": ("安置小区", "Resettlement estate"),
    "old_estate": ("老旧小区", "Old estate"),
    "firm_left": ("物业撤离", "Company left"),
    "contract_ended": ("合同到期", "Contract ended"),
}
OUTCOMES: Mapping[str, Texts] = {
    "pending": ("表决中", "Voting"),
    "yes": ("同意", "Yes"),
    "no": ("不同意", "No"),
    "void": ("未达法定人数", "Too few voted"),
    "basic": ("基本服务", "Basic service"),
    "entered": ("已进驻", "Entered"),
    "stopped": ("中止进驻", "Stopped"),
    "single": ("单独办理", "On its own"),
}
"""How the vote or the entry of an estate in a bundle ended."""
WISHES: Mapping[str, Texts] = {
    "market": ("选聘市场企业", "A company of the market"),
    "state_firm": ("国企服务", "A state company"),
    "self": ("自管", "Run it themselves"),
    "unclear": ("意愿不明", "Unclear"),
}
BODIES: Mapping[str, Texts] = {
    "committee": ("业主委员会", "Owners' committee"),
    "pmc": ("物管会", "Property management committee"),
    "epc": ("环物委", "Environment-and-property committee"),
    "none": ("没有", "None"),
}
VOTE_STATES: Mapping[str, Texts] = {
    "prepared": ("准备中", "Being prepared"),
    "open": ("投票中", "Open"),
    "closed": ("待计票", "To be counted"),
    "counted": ("已计票", "Counted"),
    "stopped": ("已停止", "Stopped"),
}
WORK_STATES: Mapping[str, Texts] = {
    "open": ("在建", "Under way"),
    "accepted": ("已验收", "Accepted"),
    "carried_over": ("结转", "Carried over"),
}
