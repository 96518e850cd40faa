//! Names that make the pretended authorities answer in a given way, whatever the other data are.

use crate::faults::Mode;

/// A magic name and what it does, for the page that lists them.
pub const NAMES: &[(&str, &str, &str)] = &[
    ("测试不一致", "姓名与身份证号不一致", "always a mismatch"),
    ("测试无记录", "库中无此人", "always no record"),
    (
        "测试故障",
        "核验机构故障（503）",
        "the authority is down (503)",
    ),
    ("测试缓慢", "3 秒后才回答", "answers after 3 seconds"),
];

/// The `BizCode` that a name forces.
pub fn verdict(name: &str) -> Option<&'static str> {
    match name {
        "测试不一致" => Some("2"),
        "测试无记录" => Some("3"),
        _ => None,
    }
}

/// The fault that a name forces.
pub fn fault(name: &str) -> Option<Mode> {
    match name {
        "测试故障" => Some(Mode::Error),
        "测试缓慢" => Some(Mode::Slow),
        _ => None,
    }
}
