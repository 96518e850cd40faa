//! What forms check themselves, with the same rules as the server.

use crate::hook::{Text, Values};

/// The picture code: all we can know is whether there is one.
pub fn captcha(values: &Values) -> Option<Text> {
    let missing = values.get("captcha.text").trim().is_empty();
    missing.then(|| Text::ours(|m| m.common.captcha_missing))
}

pub fn phone(text: &str) -> Option<Text> {
    (text.len() != 11).then(|| Text::said("请输入 11 位手机号码"))
}
pub fn nickname(text: &str) -> Option<Text> {
    text.trim().is_empty().then(|| Text::said("请输入用户昵称"))
}
pub fn new_password(values: &Values) -> Option<Text> {
    (values.get("password").len() < 8).then(|| Text::said("密码至少 8 个字符"))
}
pub fn password_score(values: &Values) -> Option<u8> {
    let n = values.get("password").len();
    (n > 0).then_some((n / 4).min(4) as u8)
}
pub fn sms_code(text: &str) -> Option<Text> {
    (text.len() != 6).then(|| Text::said("请输入 6 位短信验证码"))
}
pub fn person_name(text: &str) -> Option<Text> {
    text.trim().is_empty().then(|| Text::said("请输入姓名"))
}
pub fn id_number(text: &str) -> Option<Text> {
    (text.len() != 18).then(|| Text::said("请输入 18 位身份证号"))
}
