//! What forms check themselves, with the same rules as the server.

use renzheng_types::{
    Locale,
    value::{
        IdNumber, Nickname, OneTimeCode, PersonName, Phone, PostalCode, Recipient, StreetAddress,
        ValueError, password,
    },
};

use crate::{
    browser,
    hook::{Text, Values},
};

/// What is wrong with a value, in both languages; `missing` is said when there is none. The summary of errors shows the
/// sentence alone, so it names the field.
pub fn told<T>(read: Result<T, ValueError>, missing: (&str, &str)) -> Option<Text> {
    Some(match read.err()? {
        ValueError::Required => Text::by(|locale| {
            let text = match locale {
                Locale::ZhCn => missing.0,
                Locale::En => missing.1,
            };
            text.to_owned().into()
        }),
        error => Text::by(|locale| error.message(locale).into()),
    })
}

/// The picture code: all we can know is whether there is one.
pub fn captcha(values: &Values) -> Option<Text> {
    let missing = values.get("captcha.text").trim().is_empty();
    missing.then(|| Text::ours(|m| m.common.captcha_missing))
}

pub fn phone(text: &str) -> Option<Text> {
    told(
        Phone::parse(text),
        ("请输入手机号码", "Enter a mobile number"),
    )
}

/// What names an account: its phone, or the mailbox bound to it.
pub fn account(text: &str) -> Option<Text> {
    match text.trim() {
        "" => Some(Text::ours(|m| m.sign_in.account_missing)),
        text if text.contains(AT) => email(text),
        text => phone(text),
    }
}

pub fn nickname(text: &str) -> Option<Text> {
    told(
        Nickname::parse(text),
        ("请输入用户昵称", "Enter a nickname"),
    )
}

/// A new password, which must not be built on the phone or the nickname beside it.
pub fn new_password(values: &Values) -> Option<Text> {
    let personal = [values.get("phone"), values.get("nickname")];
    let read = password::check(values.get("password"), &personal);
    told(read, ("请设置密码", "Choose a password"))
}

/// The repetition of a new password.
pub fn password_confirm(values: &Values) -> Option<Text> {
    let differs = values.get("password_confirm") != values.get("password");
    differs.then(|| Text::ours(|m| m.register.mismatch))
}

/// 0 to 4; none while there is nothing to rate.
pub fn password_score(values: &Values) -> Option<u8> {
    let typed = values.get("password");
    let personal = [values.get("phone"), values.get("nickname")];
    (!typed.is_empty()).then(|| password::estimate(typed, &personal) as u8)
}

pub fn sms_code(text: &str) -> Option<Text> {
    told(
        OneTimeCode::parse(text),
        ("请输入 6 位验证码", "Enter the six digits of the code"),
    )
}

pub fn person_name(text: &str) -> Option<Text> {
    told(PersonName::parse(text), ("请输入姓名", "Enter the name"))
}

pub fn id_number(text: &str) -> Option<Text> {
    let today = browser::china_date(browser::now());
    told(
        IdNumber::parse(text, today),
        ("请输入身份证号", "Enter the ID number"),
    )
}

/// Full-width too.
const AT: [char; 2] = ['@', '＠'];

/// An address of mail: the server knows better, but a missing @ is seen here.
pub fn email(text: &str) -> Option<Text> {
    let text = text.trim();
    let plausible = text
        .split_once(AT)
        .is_some_and(|(user, domain)| !user.is_empty() && domain.contains('.'));
    let read = match (text.is_empty(), plausible) {
        (true, _) => Err(ValueError::Required),
        (false, false) => Err(ValueError::EmailInvalid),
        (false, true) => Ok(()),
    };
    told(read, ("请输入邮箱地址", "Enter an e-mail address"))
}

pub fn recipient(text: &str) -> Option<Text> {
    told(
        Recipient::parse(text),
        ("请输入收件人", "Enter the recipient"),
    )
}

pub fn street_address(text: &str) -> Option<Text> {
    told(
        StreetAddress::parse(text),
        ("请输入详细地址", "Enter the address"),
    )
}

/// May be left out.
pub fn postal_code(text: &str) -> Option<Text> {
    match PostalCode::parse(text) {
        Err(ValueError::Required) => None,
        read => told(read, ("", "")),
    }
}
