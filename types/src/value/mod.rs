//! What people type, parsed once at the edge: normalised, checked, masked for showing.
//!
//! The SPA checks a field with the same code as the server, so that a form and the API never disagree.

mod bank_card;
mod case_number;
mod driving_licence;
mod id_number;
mod mailing;
mod nickname;
mod one_time_code;
pub mod password;
mod person_name;
mod phone;
mod place_name;
mod provident_fund;
mod shown_code;
mod social_security;
mod staff_login;

pub use bank_card::BankCard;
pub use case_number::CaseNumber;
pub use driving_licence::DrivingLicenceFile;
pub use id_number::{IdNumber, check_digit};
pub use mailing::{PostalCode, Recipient, StreetAddress};
pub use nickname::Nickname;
pub use one_time_code::OneTimeCode;
pub use person_name::PersonName;
pub use phone::Phone;
pub use place_name::PlaceName;
pub use provident_fund::ProvidentFundAccount;
pub use shown_code::{HallCode, IdentityCode};
pub use social_security::SocialSecurityNumber;
pub use staff_login::StaffLogin;

use crate::normal_form::nfkc;

use crate::Locale;

/// Why a value is not taken; said beside its field.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error, strum::IntoStaticStr, strum::EnumIter,
)]
#[strum(serialize_all = "kebab-case")]
#[error("{}", self.code())]
pub enum ValueError {
    Required,
    PhoneInvalid,
    IdNumberLength,
    IdNumberFifteen,
    IdNumberRegion,
    IdNumberDate,
    IdNumberFuture,
    IdNumberChecksum,
    NameInvalid,
    NameTooLong,
    NicknameInvalid,
    NicknameTooLong,
    BankCardLength,
    BankCardChecksum,
    SocialSecurityInvalid,
    ProvidentFundInvalid,
    DrivingLicenceInvalid,
    /// Not what is on file from the verification by ID card.
    DiffersFromFile,
    CodeInvalid,
    PasswordTooShort,
    PasswordTooShortAlone,
    PasswordTooLong,
    PasswordPersonal,
    PasswordCommon,
    EmailInvalid,
    RecipientInvalid,
    StreetAddressInvalid,
    PostalCodeInvalid,
    RegionInvalid,
    HallCodeInvalid,
    IdentityCodeInvalid,
    StaffLoginInvalid,
    PlaceNameInvalid,
    /// A check that must be made was not.
    CheckMissing,
    /// A role that belongs to a hall is without one, or the other way round.
    HallForRole,
    CaseNumberInvalid,
    /// Days in the wrong order, or too many.
    DaysInvalid,
    ClientNameInvalid,
    /// Not where people may be sent.
    RedirectUriInvalid,
    /// Not a page or a hook.
    WebUriInvalid,
    ScopeInvalid,
    PurposeInvalid,
    LevelInvalid,
    OriginInvalid,
    /// Something that an application without credentials cannot have.
    PublicClient,
    /// Keys are missing, are not wanted, or are no public keys.
    ClientKeysInvalid,
    /// The redirect URIs are on several hosts.
    SectorMissing,
    LogoInvalid,
}

impl ValueError {
    /// A stable kebab-case word for programs.
    pub fn code(self) -> &'static str {
        self.into()
    }

    /// What to do about it.
    pub const fn message(self, locale: Locale) -> &'static str {
        match self {
            Self::Required => locale.pick("请填写此项", "Fill this in"),
            Self::PhoneInvalid => locale.pick(
                "请输入 11 位手机号码",
                "Enter an 11-digit mobile number of mainland China",
            ),
            Self::IdNumberLength => locale.pick(
                "身份证号应为 18 位",
                "An ID number has 18 characters",
            ),
            Self::IdNumberFifteen => locale.pick(
                "15 位身份证已停用，请填写第二代身份证上的 18 位号码",
                "15-digit cards are no longer valid. Enter the 18 characters of your present card",
            ),
            Self::IdNumberRegion => locale.pick(
                "身份证号开头的地区代码不正确",
                "The region at the start of the ID number is not right",
            ),
            Self::IdNumberDate => locale.pick(
                "身份证号中的出生日期不正确",
                "The date of birth in the ID number is not right",
            ),
            Self::IdNumberFuture => locale.pick(
                "身份证号中的出生日期晚于今天",
                "The date of birth in the ID number is in the future",
            ),
            Self::IdNumberChecksum => locale.pick(
                "身份证号有误，请逐位核对",
                "The ID number has a mistake. Check it character by character",
            ),
            Self::NameInvalid => locale.pick(
                "请填写证件上的姓名，不含数字和符号",
                "Enter the name on your ID card, without digits or symbols",
            ),
            Self::NameTooLong => locale.pick("姓名最长 50 个字", "A name has at most 50 characters"),
            Self::NicknameInvalid => locale.pick(
                "含有不能使用的字符",
                "This has a character that cannot be used",
            ),
            Self::NicknameTooLong => locale.pick(
                "最长 20 个字",
                "At most 20 characters",
            ),
            Self::BankCardLength => locale.pick(
                "银行卡号为 13 至 19 位数字",
                "A bank card number has 13 to 19 digits",
            ),
            Self::BankCardChecksum => locale.pick(
                "银行卡号有误，请逐位核对",
                "The card number has a mistake. Check it digit by digit",
            ),
            Self::SocialSecurityInvalid => locale.pick(
                "请填写社保卡上 8 至 9 位的卡号，或身份证号",
                "Enter the 8 or 9 characters on the social security card, or the ID number",
            ),
            Self::ProvidentFundInvalid => locale.pick(
                "公积金账号或联名卡号为 6 至 20 位字母或数字",
                "A provident fund account or joint card has 6 to 20 letters or digits",
            ),
            Self::DrivingLicenceInvalid => locale.pick(
                "档案编号为 12 位数字，见驾驶证副页",
                "The file number has 12 digits; it is on the second page of the licence",
            ),
            Self::DiffersFromFile => locale.pick(
                "与您已认证的身份信息不一致",
                "This is not what you were verified with",
            ),
            Self::CodeInvalid => locale.pick("请输入 6 位数字验证码", "Enter the six digits of the code"),
            Self::PasswordTooShort => locale.pick(
                "密码至少 8 个字符",
                "A password has at least 8 characters",
            ),
            Self::PasswordTooShortAlone => locale.pick(
                "密码至少 15 个字符",
                "A password has at least 15 characters",
            ),
            Self::PasswordTooLong => locale.pick(
                "密码最长 128 个字符",
                "A password has at most 128 characters",
            ),
            Self::PasswordPersonal => locale.pick(
                "密码不能由手机号码或昵称构成",
                "Do not build the password on your phone number or nickname",
            ),
            Self::PasswordCommon => locale.pick(
                "密码太容易被猜到，请换一个更长或更少见的，例如几个不相关的词",
                "This password is easy to guess. Use a longer or less usual one, such as several unrelated words",
            ),
            Self::EmailInvalid => locale.pick(
                "请输入完整的邮箱地址，例如 name@example.cn",
                "Enter a whole e-mail address, such as name@example.cn",
            ),
            Self::RecipientInvalid => locale.pick(
                "收件人最长 50 个字，不含特殊符号",
                "A recipient has at most 50 characters, without special symbols",
            ),
            Self::StreetAddressInvalid => locale.pick(
                "详细地址为 2 至 100 个字",
                "A street address has 2 to 100 characters",
            ),
            Self::PostalCodeInvalid => locale.pick("邮编为 6 位数字", "A postal code has six digits"),
            Self::RegionInvalid => locale.pick(
                "请选择到区县一级",
                "Choose down to the district",
            ),
            Self::HallCodeInvalid => locale.pick(
                "请输入 8 位数字办理码",
                "Enter the eight digits of the code",
            ),
            Self::IdentityCodeInvalid => locale.pick(
                "请输入 8 位数字身份码",
                "Enter the eight digits of the identity code",
            ),
            Self::StaffLoginInvalid => locale.pick(
                "工号为 3 至 32 位小写字母、数字、点或下划线",
                "A staff number has 3 to 32 lower-case letters, digits, dots or underscores",
            ),
            Self::PlaceNameInvalid => locale.pick(
                "请填写 2 至 100 个字",
                "Enter 2 to 100 characters",
            ),
            Self::CheckMissing => locale.pick(
                "此项须经核对；不能确认时请选择不予通过",
                "This must be checked. If it cannot be confirmed, refuse the case",
            ),
            Self::HallForRole => locale.pick(
                "窗口人员须属于一个大厅；管理员不属于任何大厅",
                "A clerk belongs to a hall; an operator belongs to none",
            ),
            Self::CaseNumberInvalid => locale.pick(
                "编号为 1 至 40 位字母、数字或 -/_.，不要填写个人信息",
                "A case number has 1 to 40 letters, digits and -/_. and nothing of a person",
            ),
            Self::DaysInvalid => locale.pick(
                "起始日期不能晚于结束日期，最多 400 天",
                "From the earlier to the later day, 400 at most",
            ),
            Self::ClientNameInvalid => locale.pick(
                "应用名称为 1 至 50 个字",
                "A name has 1 to 50 characters",
            ),
            Self::RedirectUriInvalid => locale.pick(
                "须为完整的 https 地址，不含 #、通配符和用户名；本机程序可用 http://127.0.0.1",
                "A whole https address without #, wildcard or user; http only for this machine",
            ),
            Self::WebUriInvalid => locale.pick(
                "须为以 https:// 开头的地址，不含 #",
                "An address that begins with https://, without #",
            ),
            Self::ScopeInvalid => locale.pick(
                "范围只能含字母、数字和 :._-/",
                "A scope has letters, digits and :._-/ only",
            ),
            Self::PurposeInvalid => locale.pick(
                "用途最长 100 个字，且只能说明已选的范围",
                "A purpose is of a chosen scope and has 100 characters at most",
            ),
            Self::LevelInvalid => locale.pick("实名等级为 0 至 3", "A level is 0 to 3"),
            Self::OriginInvalid => locale.pick(
                "只填协议和域名，例如 https://app.example",
                "Scheme and host only, such as https://app.example",
            ),
            Self::PublicClient => locale.pick(
                "没有凭证的应用必须使用 PKCE，且不能以自己的名义调用",
                "An application without credentials needs PKCE and cannot speak for itself",
            ),
            Self::ClientKeysInvalid => locale.pick(
                "签名应用须提供公钥（内容或地址二选一），其他应用不提供；不要填写私钥",
                "An application that signs needs public keys, inline or at an address; others need none",
            ),
            Self::SectorMissing => locale.pick(
                "回调地址分属多个域名，请指定标识所属的域名",
                "The redirect URIs are on several hosts: name the one that identifiers are for",
            ),
            Self::LogoInvalid => locale.pick(
                "图标须为不超过 64 kB 的 PNG 或 JPEG",
                "A logo is a PNG or JPEG of 64 kB at most",
            ),
        }
    }
}

/// Digits and letters as typed on any keyboard: full width to half (NFKC), no spaces or dashes.
fn folded(text: &str) -> String {
    nfkc(text)
        .chars()
        .filter(|character| !character.is_whitespace() && !is_dash(*character))
        .collect()
}

const fn is_dash(character: char) -> bool {
    matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Characters that are not seen, or that change how others are seen.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{00AD}'
                | '\u{034F}'
                | '\u{061C}'
                | '\u{115F}'
                | '\u{1160}'
                | '\u{17B4}'
                | '\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFF}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn every_error_speaks_both_languages() {
        for error in ValueError::iter() {
            assert!(!error.message(Locale::ZhCn).is_empty());
            assert!(error.message(Locale::En).is_ascii(), "{error}");
        }
    }
}
