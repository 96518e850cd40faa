//! The account: registration and the person's own profile.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Locale, session::Session};

/// Opens an account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct NewAccount {
    /// A mobile number of mainland China; it becomes the login name.
    pub phone: String,
    /// What the service calls the person: 1 to 20 characters.
    pub nickname: String,
    /// 8 to 128 characters, hard to guess.
    pub password: String,
    /// The code from `POST /sms-codes` with purpose `register`.
    pub sms_code: String,
    /// The version of the agreement the person accepts, from `GET /agreements/current`.
    pub agreement: String,
    /// The number came to me from someone else. An account that has not proven to hold it for long then loses it.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", oai(default))]
    pub new_owner: bool,
}

/// The new account, signed in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct AccountCreated {
    pub account: Account,
    pub session: Session,
}

/// An account as its owner sees it; what is sensitive is masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct Account {
    pub id: Uuid,
    pub nickname: String,
    /// `185****0901`
    pub phone: String,
    /// `张*三`, once verified.
    pub name: Option<String>,
    /// `110***********002X`, once verified.
    pub id_number: Option<String>,
    pub sex: Option<Sex>,
    pub birth_date: Option<NaiveDate>,
    /// `z***@example.org`, once bound.
    pub email: Option<String>,
    /// Real-name assurance: 0 未实名, 1 初级, 2 中级, 3 高级.
    pub level: u8,
    pub locale: Locale,
    pub created_at: DateTime<Utc>,
    /// When the account will be closed, if its owner asked for that.
    pub closes_at: Option<DateTime<Utc>>,
}

/// What a person may change of their profile in place. What is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct ProfileChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
}

/// What is masked everywhere else, in full.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct AccountDetails {
    #[serde(default)]
    pub phone: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    /// Of the ID card, once it is verified.
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub id_number: Option<String>,
}

/// Sex as the ID card states it (GB/T 2261.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Enum),
    oai(rename_all = "kebab-case")
)]
#[serde(rename_all = "kebab-case")]
pub enum Sex {
    Male,
    Female,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    impl Example for NewAccount {
        fn example() -> Self {
            Self {
                phone: "13500000330".into(),
                nickname: "小明".into(),
                password: "correct horse battery staple".into(),
                sms_code: "482913".into(),
                agreement: "2026-11-01".into(),
                new_owner: false,
            }
        }
    }

    impl Example for AccountCreated {
        fn example() -> Self {
            Self {
                account: Account::example(),
                session: Session::example(),
            }
        }
    }

    impl Example for Account {
        fn example() -> Self {
            Self {
                id: Uuid::from_u128(0x01931b6e_9d60_7a43_8c1f_2f4b6a7d9e02),
                nickname: "小明".into(),
                phone: "135****0330".into(),
                name: None,
                id_number: None,
                sex: None,
                birth_date: None,
                email: None,
                level: 0,
                locale: Locale::ZhCn,
                created_at: DateTime::from_timestamp(1_793_000_000, 0).unwrap_or_default(),
                closes_at: None,
            }
        }
    }

    impl Example for AccountDetails {
        fn example() -> Self {
            Self {
                phone: Some("13500000330".into()),
                email: Some("zhang.san@example.org".into()),
                name: Some("张三".into()),
                id_number: Some("11010519491231002X".into()),
            }
        }
    }

    impl Example for ProfileChange {
        fn example() -> Self {
            Self {
                nickname: Some("明明".into()),
                locale: Some(Locale::ZhCn),
            }
        }
    }
}
