//! What can be asked for: scopes, the claims in each, and the words people read about them.

use renzheng_types::Locale;
use serde::{Deserialize, Serialize};

/// The scopes that are about a person. Whatever else a client is allowed is about the API.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::EnumString,
    strum::EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Scope {
    #[strum(serialize = "openid")]
    #[serde(rename = "openid")]
    OpenId,
    Profile,
    Phone,
    Email,
    Address,
    /// The real name, the ID number, and how they were proven.
    Identity,
    /// Tokens that outlive the sign-in.
    OfflineAccess,
}

impl Scope {
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The claims it stands for.
    pub const fn claims(self) -> &'static [&'static str] {
        match self {
            Self::OpenId | Self::OfflineAccess => &[],
            Self::Profile => &["name", "nickname", "locale"],
            Self::Phone => &["phone_number", "phone_number_verified"],
            Self::Email => &["email", "email_verified"],
            Self::Address => &["address"],
            Self::Identity => &["verified_claims"],
        }
    }

    /// The scope that a claim belongs to.
    pub fn of_claim(claim: &str) -> Option<Self> {
        [
            Self::Profile,
            Self::Phone,
            Self::Email,
            Self::Address,
            Self::Identity,
        ]
        .into_iter()
        .find(|scope| scope.claims().contains(&claim))
    }

    /// Whether people decide about it by itself, and yes is never presumed (PIPL, article 29).
    pub const fn is_sensitive(self) -> bool {
        matches!(self, Self::Identity)
    }

    pub const fn title(self, locale: Locale) -> &'static str {
        match self {
            Self::OpenId => locale.pick(
                "身份标识和实名等级",
                "Who you are to this application, and your real-name level",
            ),
            Self::Profile => locale.pick("昵称和语言", "Nickname and language"),
            Self::Phone => locale.pick("手机号码", "Phone number"),
            Self::Email => locale.pick("邮箱", "E-mail address"),
            Self::Address => locale.pick("默认邮寄地址", "Default mailing address"),
            Self::Identity => locale.pick("真实姓名和身份证号", "Real name and ID number"),
            Self::OfflineAccess => locale.pick("您离开后继续访问", "Access after you have left"),
        }
    }

    /// What it is for where the application does not say.
    pub const fn purpose(self, locale: Locale) -> &'static str {
        match self {
            Self::OpenId => locale.pick(
                "让应用认出您，并核对您的实名等级、认证方式和之后的变化；每个应用得到的标识都不同",
                "So that the application knows you again and can check how your identity is proven, now and later; each is given another identifier",
            ),
            Self::Profile => locale.pick("在应用中显示您的称呼", "To show what you are called"),
            Self::Phone => locale.pick("联系您、发送办理进度", "To contact you"),
            Self::Email => locale.pick("给您发送邮件", "To send you mail"),
            Self::Address => locale.pick("寄送证件和材料", "To send you documents"),
            Self::Identity => locale.pick(
                "办理需要实名的业务；属于敏感个人信息",
                "For matters that need your real identity; this is sensitive",
            ),
            Self::OfflineAccess => locale.pick(
                "最长 30 天内，不需您再次登录即可读取以上信息",
                "For up to 30 days it may read the above without you signing in",
            ),
        }
    }
}

/// The scopes in a space-separated list that are about a person; others are not ours to know.
pub fn parse(list: &str) -> Vec<Scope> {
    let mut scopes: Vec<Scope> = list
        .split(' ')
        .filter_map(|name| name.parse().ok())
        .collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

pub fn join(scopes: &[Scope]) -> String {
    let names: Vec<&str> = scopes.iter().map(|scope| scope.name()).collect();
    names.join(" ")
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn lists_are_read_and_written() {
        let scopes = parse("email openid nonsense email offline_access");
        assert_eq!(join(&scopes), "openid email offline_access");
        for scope in Scope::iter() {
            let json = serde_json::to_string(&scope).expect("JSON");
            assert_eq!(json, format!("\"{}\"", scope.name()));
        }
        assert_eq!(Scope::of_claim("email_verified"), Some(Scope::Email));
        assert_eq!(Scope::of_claim("sub"), None);
    }
}
