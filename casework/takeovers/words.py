"""What the things of a takeover are called on a page, in both languages."""

from collections.abc import Mapping

from casework.errors import Texts

KINDS: Mapping[str, Texts] = {
    "serving": ("受聘服务", "Hired"),
    "emergency": ("应急服务", "Emergency service"),
    "basic": ("基本服务", "Basic service"),
    "interim": ("暂由其负责", "In the meantime"),
    "self": ("业主自管", "Run by the owners"),
}
CLASSES: Mapping[str, Texts] = {
    "A": ("A 类 转市场", "A · market"),
    "B": ("B 类 打包", "B · bundle"),
    "C": ("C 类 国企兜底", "C · state firm"),
    "D": ("D 类 自管", "D · self-run"),
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
