//! What happened to an account, in plain words.

use renzheng_types::{
    Locale,
    device::{Activity, ActivityList},
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    app::App,
    audit,
    entity::audit_event::Model,
    http::problem::{Fault, Refusal},
};

const PAGE: u64 = 20;

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ListRefusal {
    #[error("not a cursor of ours")]
    CursorInvalid,
}

impl Refusal for ListRefusal {}

/// One page, newest first.
pub async fn list(
    app: &App,
    locale: Locale,
    account_id: Uuid,
    cursor: Option<&str>,
) -> Result<ActivityList, Fault<ListRefusal>> {
    let before = cursor
        .map(str::parse::<Uuid>)
        .transpose()
        .map_err(|_| ListRefusal::CursorInvalid)?;
    let rows = app.database.lagging(|on| async move {
        Ok(audit::of_subject(&on, account_id, before, PAGE + 1).await?)
    });
    let mut rows = rows.await?;
    let more = rows.len() as u64 > PAGE;
    rows.truncate(PAGE as usize);
    let next_cursor = rows.last().filter(|_| more).map(|row| row.id.to_string());
    let items = rows
        .into_iter()
        .map(|row| Activity {
            text: text(&row, locale),
            id: row.id,
            at: row.at,
            action: row.action,
            // Where staff sit is not the person's affair.
            address: if row.actor.starts_with(audit::STAFF) {
                String::new()
            } else {
                row.address
            },
        })
        .collect();
    Ok(ActivityList { items, next_cursor })
}

fn text(row: &Model, locale: Locale) -> String {
    let detail: Value = serde_json::from_str(&row.detail).unwrap_or_default();
    let word = |name: &str| detail[name].as_str().unwrap_or_default();
    let text = match row.action.as_str() {
        "account.register" => locale.pick("注册账户", "Registered"),
        "account.change" => locale.pick("修改个人信息", "Changed the profile"),
        "account.close" => locale.pick("申请注销账户", "Asked to close the account"),
        "account.keep" => locale.pick("撤销注销申请", "Kept the account"),
        "session.begin" => match word("method") {
            "pwd" => locale.pick("登录（密码）", "Signed in by password"),
            "sms" => locale.pick("登录（短信验证码）", "Signed in by SMS code"),
            "qr" => locale.pick("登录（扫码）", "Signed in by QR code"),
            "swk" => locale.pick("登录（通行密钥）", "Signed in by passkey"),
            _ => locale.pick("登录", "Signed in"),
        },
        "session.end" => match word("reason") {
            "refresh-token-replayed" => locale.pick(
                "登录凭证被重复使用，已强制退出",
                "Signed out: a token was used twice",
            ),
            "ended-by-owner" => locale.pick("退出一台设备", "Signed out a device"),
            _ => locale.pick("退出登录", "Signed out"),
        },
        "session.end-others" => locale.pick("退出其他所有设备", "Signed out all other devices"),
        "password.change" => locale.pick("修改登录密码", "Changed the password"),
        "password.reset" => locale.pick("重置登录密码", "Reset the password"),
        "phone.change" => locale.pick("更换手机号码", "Changed the phone number"),
        "phone.given-up" => locale.pick(
            "手机号码已由新机主注册，与本账户解除绑定",
            "The phone number went to a new owner",
        ),
        "email.bind" => locale.pick("绑定邮箱", "Bound an e-mail address"),
        "email.request" => locale.pick("申请绑定邮箱", "Asked to bind an e-mail address"),
        "email.remove" => locale.pick("解除邮箱绑定", "Removed the e-mail address"),
        "address.add" => locale.pick("添加邮寄地址", "Added an address"),
        "address.change" => locale.pick("修改邮寄地址", "Changed an address"),
        "address.remove" => locale.pick("删除邮寄地址", "Removed an address"),
        "second-factor.add" if word("kind") == "passkey" => {
            locale.pick("添加通行密钥", "Added a passkey")
        }
        "second-factor.remove" if word("kind") == "passkey" => {
            locale.pick("删除通行密钥", "Removed a passkey")
        }
        "second-factor.add" => locale.pick("启用身份验证器", "Set up an authenticator app"),
        "second-factor.remove" => locale.pick("停用身份验证器", "Removed the authenticator app"),
        "second-factor.renew-codes" => locale.pick("更换恢复码", "Renewed the recovery codes"),
        "qr.confirm" => locale.pick("扫码确认登录", "Let a browser in by QR code"),
        "qr.deny" => locale.pick("拒绝扫码登录", "Turned a browser away"),
        "qr.wrong-number" => locale.pick(
            "扫码登录时选错数字，已终止",
            "Picked a wrong number: QR sign-in ended",
        ),
        "processing-consent.give" => {
            locale.pick("同意处理人脸信息", "Agreed to the processing of the face")
        }
        "processing-consent.withdraw" => locale.pick(
            "撤回人脸信息处理同意",
            "Took back the consent to the processing of the face",
        ),
        "details.show" => locale.pick("查看完整信息", "Saw the details in full"),
        "export" => locale.pick("导出个人数据", "Downloaded the personal data"),
        "verification.pass" => locale.pick("实名认证通过", "Passed a verification"),
        "verification.fail" => locale.pick("实名认证未通过", "Failed a verification"),
        "hall.code" => locale.pick("获取办事大厅办理码", "Made a code for a service hall"),
        "hall.lookup" => locale.pick(
            "办事大厅工作人员查看身份信息",
            "A clerk in a service hall saw who you are",
        ),
        "hall.review" => locale.pick(
            "办事大厅复核人员查看身份信息",
            "A supervisor of a service hall saw who you are",
        ),
        "hall.pass" => locale.pick("办事大厅窗口核验", "A clerk confirmed you"),
        "hall.refuse" => locale.pick("办事大厅窗口不予通过", "A clerk did not confirm you"),
        "hall.release" => locale.pick("办事大厅窗口结束办理", "A clerk closed your case"),
        "hall.approve" => locale.pick("办事大厅复核通过", "A supervisor approved it"),
        "hall.reject" => locale.pick("办事大厅复核不通过", "A supervisor rejected it"),
        "hall.lapse" => locale.pick("办事大厅逾期未复核", "No supervisor looked in time"),
        "hall.own-case" => locale.pick(
            "工作人员办理本人业务，已拒绝",
            "A clerk tried their own case, and was refused",
        ),
        "application.allow" => {
            return format!(
                "{}{}",
                locale.pick("登录应用：", "Signed in to: "),
                word("name")
            );
        }
        "application.sign-in" => {
            return format!(
                "{}{}",
                locale.pick("应用完成登录：", "Application signed in: "),
                word("name")
            );
        }
        "application.end" => match word("reason") {
            "given-back" => locale.pick("应用退出登录", "An application signed out"),
            _ => locale.pick(
                "应用的登录凭证被重复使用，已失效",
                "An application's token was used twice and no longer works",
            ),
        },
        "identity-code.make" => {
            return format!(
                "{}{}",
                locale.pick("获取身份码，出示给：", "Made an identity code for: "),
                word("name")
            );
        }
        "consent.grant" => {
            return format!(
                "{}{}",
                locale.pick("授权应用：", "Let an application know: "),
                word("name")
            );
        }
        "account.look-up" | "account.show" | "audit.read" => locale.pick(
            "管理员查看账户（身份信息已遮盖）",
            "An operator looked at the account (masked)",
        ),
        "account.import" => locale.pick(
            "从原有系统迁入账户",
            "The account was brought along from another system",
        ),
        "account.lock" => locale.pick("管理员锁定账户", "An operator locked the account"),
        "account.unlock" => locale.pick("管理员解除锁定", "An operator unlocked the account"),
        "account.end-sessions" => {
            locale.pick("管理员退出了所有设备", "An operator signed out all devices")
        }
        "consent.revoke" => locale.pick("取消应用授权", "Took back what an application may know"),
        _ => return row.action.clone(),
    };
    text.to_string()
}
