//! Telling a person, on every channel they have bound, that something of their account was changed (OWASP ASVS 6.3.5,
//! 6.3.7; NIST SP 800-63B-4, 4.6).

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use renzheng_types::{Locale, verification::Method};

use super::contact;
use crate::{
    app::App,
    clock::in_china,
    database::ConnectionTrait,
    entity::account::Model,
    job::outbox::{self, MailOrder},
    provider::{MailTemplate, SmsMessage, SmsTemplate},
};

/// News that is older than this helps nobody.
const LIFE: TimeDelta = TimeDelta::days(3);

/// What was changed.
#[derive(Debug, Clone)]
pub enum Notice {
    PasswordChanged,
    PasswordReset,
    PhoneChanged,
    EmailBound,
    EmailRemoved,
    SecondFactorOn,
    SecondFactorOff,
    RecoveryCodeUsed,
    RecoveryCodesRenewed,
    /// A refresh token came a second time: somebody has a copy.
    TokenReplayed,
    PasskeyAdded {
        name: String,
    },
    PasskeyRemoved {
        name: String,
    },
    NewDevice {
        device: String,
        address: String,
    },
    Closing {
        closes_at: DateTime<Utc>,
    },
    ClosingCancelled,
    /// What came of a verification that had to wait.
    Verification {
        method: Method,
        passed: bool,
    },
    VerifiedInHall,
    NotVerifiedInHall,
    /// By an operator. Why is not told: a message is read by whoever holds the phone.
    Locked,
    Unlocked,
}

impl Notice {
    /// What the message says beside it: whom to ask, or what to do when it was somebody else.
    fn templates(&self) -> (SmsTemplate, MailTemplate) {
        match self {
            Self::Locked | Self::Unlocked => {
                (SmsTemplate::OfficialNotice, MailTemplate::OfficialNotice)
            }
            _ => (SmsTemplate::AccountNotice, MailTemplate::AccountNotice),
        }
    }

    fn text(&self, locale: Locale) -> String {
        let fixed = |zh: &'static str, en: &'static str| locale.pick(zh, en).to_string();
        match self {
            Self::PasswordChanged => fixed("您的登录密码已修改", "Your password was changed"),
            Self::PasswordReset => fixed(
                "您的登录密码已重置，所有设备均已退出登录",
                "Your password was reset and every device was signed out",
            ),
            Self::PhoneChanged => fixed(
                "您账户的手机号码已更换",
                "The phone number of your account was changed",
            ),
            Self::EmailBound => fixed(
                "您的账户已绑定邮箱",
                "An e-mail address was bound to your account",
            ),
            Self::EmailRemoved => fixed(
                "您的账户已解除邮箱绑定",
                "The e-mail address was removed from your account",
            ),
            Self::SecondFactorOn => fixed(
                "您的账户已启用身份验证器",
                "An authenticator app was set up for your account",
            ),
            Self::SecondFactorOff => fixed(
                "您的账户已停用身份验证器",
                "The authenticator app was removed from your account",
            ),
            Self::RecoveryCodeUsed => fixed(
                "您的账户使用了一个恢复码",
                "A recovery code of your account was used",
            ),
            Self::RecoveryCodesRenewed => fixed(
                "您的账户已更换恢复码，旧的已失效",
                "The recovery codes of your account were renewed; the old ones are void",
            ),
            Self::TokenReplayed => fixed(
                "您账户的一个登录凭据被重复使用，可能已被复制，相应的登录已结束",
                "A token of a sign-in of yours was used twice and may have been copied; that sign-in was ended",
            ),
            Self::PasskeyAdded { name } => locale
                .pick(
                    "您的账户已添加通行密钥“${name}”",
                    "The passkey \"${name}\" was added to your account",
                )
                .replace("${name}", name),
            Self::PasskeyRemoved { name } => locale
                .pick(
                    "您的账户已删除通行密钥“${name}”",
                    "The passkey \"${name}\" was removed from your account",
                )
                .replace("${name}", name),
            Self::NewDevice { device, address } => locale
                .pick(
                    "您的账户在新设备（${device}，${address}）登录",
                    "Your account was signed in to on a new device (${device}, ${address})",
                )
                .replace("${device}", device)
                .replace("${address}", address),
            Self::Closing { closes_at } => locale
                .pick(
                    "您的账户将于 ${day} 注销，在此之前登录即可撤销",
                    "Your account will be closed on ${day}; sign in before then to keep it",
                )
                .replace("${day}", &in_china(*closes_at).date().to_string()),
            Self::Verification { method, passed } => {
                let text = if *passed {
                    locale.pick(
                        "您的${method}认证已通过",
                        "You are now verified by ${method}",
                    )
                } else {
                    locale.pick(
                        "您的${method}认证未通过，可登录后查看原因并重新办理",
                        "Your verification by ${method} did not pass; sign in to see why and try again",
                    )
                };
                text.replace("${method}", method.name(locale))
            }
            Self::VerifiedInHall => fixed(
                "您已在办事大厅通过实名认证",
                "You were verified in a service hall",
            ),
            Self::NotVerifiedInHall => fixed(
                "您在办事大厅的实名认证未通过",
                "Your verification in a service hall did not pass",
            ),
            Self::Locked => fixed(
                "您的账户已被锁定，暂时不能登录",
                "Your account was locked and cannot be signed in to for now",
            ),
            Self::Unlocked => fixed(
                "您的账户已解除锁定，可以重新登录",
                "Your account was unlocked; you can sign in again",
            ),
            Self::ClosingCancelled => fixed(
                "您已登录，账户注销申请已撤销",
                "You signed in, so your account will not be closed",
            ),
        }
    }
}

/// Writes the messages on `connection`, in the transaction of the change. `account` is as it was before it, so that
/// the old phone, or address, hears of it. Answers on which channels.
pub async fn tell<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    account: &Model,
    notice: &Notice,
) -> anyhow::Result<Vec<&'static str>> {
    let (sms, mail) = notice.templates();
    let mut channels = Vec::new();
    let locale = contact::locale(account);
    let params = BTreeMap::from([
        ("notice".to_string(), notice.text(locale)),
        ("help_line".to_string(), app.config.help_line.clone()),
    ]);
    if let Some(phone) = contact::phone(app, account)? {
        let message = SmsMessage {
            phone,
            template: sms,
            locale,
            params: params.clone(),
            reference: app.clock.new_id(),
        };
        outbox::enqueue_sms(app, connection, &message, LIFE).await?;
        channels.push("sms");
    }
    if let Some(email) = contact::email(app, account)? {
        let order = MailOrder {
            to: email.as_str().into(),
            template: mail,
            locale,
            params,
            reference: app.clock.new_id(),
        };
        outbox::enqueue_mail(app, connection, order, LIFE).await?;
        channels.push("mail");
    }
    Ok(channels)
}
