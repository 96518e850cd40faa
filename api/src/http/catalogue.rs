//! Every problem code: its HTTP status and what a person is told. Codes are part of the contract.

use poem::http::StatusCode;
use renzheng_types::Locale;

/// One kind of problem.
#[derive(Debug)]
pub struct Entry {
    pub code: &'static str,
    pub status: u16,
    zh: (&'static str, &'static str),
    en: (&'static str, &'static str),
}

impl Entry {
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The kind of problem in a few words.
    pub fn title(&self, locale: Locale) -> &'static str {
        locale.pick(self.zh.0, self.en.0)
    }

    /// What to do about it; `{wait}` is how long to wait, where there is one.
    pub fn detail(&self, locale: Locale, seconds: Option<u64>) -> String {
        let text = locale.pick(self.zh.1, self.en.1);
        text.replace("{wait}", &wait(locale, seconds.unwrap_or(60)))
    }
}

/// A wait as people say it: seconds under two minutes, else minutes, else hours.
fn wait(locale: Locale, seconds: u64) -> String {
    let (number, zh, en) = match seconds {
        0..=119 => (seconds, "秒", "seconds"),
        120..=7199 => (seconds.div_ceil(60), "分钟", "minutes"),
        _ => (seconds.div_ceil(3600), "小时", "hours"),
    };
    format!("{number} {}", locale.pick(zh, en))
}

/// The entry of a code. A code that is not listed is a defect, and is told as one.
pub fn entry(code: &str) -> &'static Entry {
    CATALOGUE
        .iter()
        .find(|entry| entry.code == code)
        .unwrap_or(&INTERNAL)
}

const fn problem(
    code: &'static str,
    status: u16,
    zh: (&'static str, &'static str),
    en: (&'static str, &'static str),
) -> Entry {
    Entry {
        code,
        status,
        zh,
        en,
    }
}

static INTERNAL: Entry = problem(
    "internal",
    500,
    ("服务出错", "系统出现问题，我们已记录。请稍后再试。"),
    (
        "Something went wrong",
        "The problem has been recorded. Please try again later.",
    ),
);

/// The whole catalogue, by status.
pub static CATALOGUE: &[Entry] = &[
    problem(
        "malformed-request",
        400,
        ("请求格式有误", "请求不是本接口所要求的格式。"),
        (
            "Malformed request",
            "The request does not have the form that this operation takes.",
        ),
    ),
    problem(
        "unauthenticated",
        401,
        ("请先登录", "登录已失效或尚未登录，请登录后继续。"),
        (
            "Sign in first",
            "You are not signed in, or your session has ended.",
        ),
    ),
    problem(
        "invalid-credentials",
        401,
        ("登录失败", "账户或密码不正确。"),
        (
            "Sign-in failed",
            "The account or the password is not right.",
        ),
    ),
    problem(
        "passkey-invalid",
        401,
        (
            "通行密钥未通过验证",
            "该通行密钥不属于本服务的账户，或验证已超时。请重试，或换一种方式登录。",
        ),
        (
            "Passkey not accepted",
            "The passkey belongs to no account here, or the challenge has lapsed. Try again, or sign in another way.",
        ),
    ),
    problem(
        "invalid-refresh-token",
        401,
        ("登录已失效", "请重新登录。"),
        ("Session ended", "Please sign in again."),
    ),
    problem(
        "refresh-token-replayed",
        401,
        (
            "登录已失效",
            "该续期凭证已被使用过。为安全起见，已结束此次登录，请重新登录。",
        ),
        (
            "Session ended",
            "This refresh token was used before. For your safety the session has been ended; sign in again.",
        ),
    ),
    problem(
        "invalid-staff-credentials",
        401,
        ("登录失败", "工号、密码、验证码或通行密钥不正确。"),
        (
            "Sign-in failed",
            "The staff number, the password, the code or the passkey is not right.",
        ),
    ),
    problem(
        "cross-site-request",
        403,
        ("请求被拒绝", "此请求来自其他网站，已被拒绝。"),
        (
            "Request refused",
            "This request came from another site and was refused.",
        ),
    ),
    problem(
        "level-too-low",
        403,
        ("实名等级不足", "请先完成初级实名认证。"),
        (
            "Assurance level too low",
            "Verify your identity at the level before first.",
        ),
    ),
    problem(
        "sign-in-required",
        403,
        ("请重新登录", "应用要求确认是您本人，请重新登录后继续。"),
        (
            "Sign in again",
            "The application asks to be sure that it is you. Sign in again to go on.",
        ),
    ),
    problem(
        "step-up-required",
        403,
        (
            "需要验证身份",
            "此操作需要先验证身份，请用短信验证码、身份验证器或通行密钥验证后继续。",
        ),
        (
            "Confirm that it is you",
            "This needs a step-up first: by a code to your phone, your authenticator app or a passkey.",
        ),
    ),
    problem(
        "second-factor-required",
        403,
        ("需要第二重验证", "请同时提供身份验证器上的验证码或恢复码。"),
        (
            "A second factor is needed",
            "Give a code of your authenticator app, or a recovery code, along with it.",
        ),
    ),
    problem(
        "password-disabled",
        403,
        (
            "密码登录已停用",
            "密码连续输错次数过多，已停用密码登录。请用短信登录，或通过“忘记密码”重置。",
        ),
        (
            "Sign-in by password is off",
            "The password was wrong too many times in a row. Sign in by SMS, or reset the password.",
        ),
    ),
    problem(
        "identity-required",
        403,
        (
            "请填写身份证号",
            "这个号码很久没有验证过，请同时填写账户实名认证时的身份证号。",
        ),
        (
            "Your ID number is needed",
            "This phone number has not been confirmed for long. Give the ID number that the account is verified by, too.",
        ),
    ),
    problem(
        "identity-mismatch",
        403,
        ("身份证号不一致", "与账户实名认证的身份证号不一致，请核对。"),
        (
            "Not the ID number of the account",
            "This is not the ID number that the account is verified by.",
        ),
    ),
    problem(
        "phone-unproven",
        403,
        (
            "不能只凭短信重置密码",
            "这个号码很久没有验证过，账户也没有实名认证。绑定过邮箱的请用邮箱重置；否则请重新注册，并勾选“号码是我新换的”。",
        ),
        (
            "A text message alone does not do",
            "This phone number has not been confirmed for long, and the account is not verified. Reset by your e-mail address if one is bound; otherwise register anew and tick that you got the number lately.",
        ),
    ),
    problem(
        "second-factor-invalid",
        403,
        (
            "第二重验证未通过",
            "验证码、恢复码、通行密钥或密码不正确，或已使用过。",
        ),
        (
            "Second factor not right",
            "The code, passkey or password is not right, or was used before.",
        ),
    ),
    problem(
        "role-not-allowed",
        403,
        ("无权操作", "您的岗位不能进行此操作。"),
        (
            "Not for your role",
            "Your role does not include this operation.",
        ),
    ),
    problem(
        "no-counter",
        403,
        ("不在营业大厅", "您未分配到营业中的办事大厅，不能办理。"),
        (
            "At no counter",
            "You do not belong to a hall that is open, so you cannot serve people.",
        ),
    ),
    problem(
        "own-case",
        403,
        (
            "不能办理本人业务",
            "不能为本人办理，也不能复核自己办理的业务，请由其他工作人员处理。",
        ),
        (
            "Not your own case",
            "Nobody handles their own case or approves what they recorded. A colleague must do it.",
        ),
    ),
    problem(
        "insufficient-scope",
        403,
        (
            "应用权限不足",
            "访问令牌没有此操作所需的 scope，请确认应用登记的 scope 后重新获取令牌。",
        ),
        (
            "Scope missing",
            "The access token lacks the scope that this needs. See which scopes the application has, and get another token.",
        ),
    ),
    problem(
        "not-found",
        404,
        ("未找到", "所请求的内容不存在。"),
        ("Not found", "What you asked for does not exist."),
    ),
    problem(
        "method-not-allowed",
        405,
        ("不支持的操作", "此地址不支持该请求方法。"),
        (
            "Method not allowed",
            "This address does not take that method.",
        ),
    ),
    problem(
        "phone-taken",
        409,
        ("手机号码已注册", "该手机号码已注册，请直接登录。"),
        (
            "Phone already registered",
            "This phone number already has an account. Sign in instead.",
        ),
    ),
    problem(
        "agreement-outdated",
        409,
        ("协议已更新", "注册协议已更新，请阅读新版本后再提交。"),
        (
            "Agreement has changed",
            "The agreement has a newer version. Read it and submit again.",
        ),
    ),
    problem(
        "id-number-taken",
        409,
        (
            "身份证号已被使用",
            "该身份证号已在另一账户完成实名认证。如非本人操作，请拨打服务热线。",
        ),
        (
            "ID number already in use",
            "Another account is verified with this ID number. If that was not you, call the help line.",
        ),
    ),
    problem(
        "already-verified",
        409,
        ("已完成认证", "您已通过此项认证，无需重复。"),
        ("Already verified", "You have passed this method already."),
    ),
    problem(
        "verification-pending",
        409,
        ("认证处理中", "上一次认证尚未有结果，请稍候。"),
        (
            "Verification under way",
            "Your last try has not been decided yet. Please wait.",
        ),
    ),
    problem(
        "idempotency-in-progress",
        409,
        ("请求处理中", "相同的请求正在处理。"),
        ("Request under way", "The same request is being worked on."),
    ),
    problem(
        "phone-missing",
        409,
        (
            "未绑定手机号码",
            "您的账户当前没有绑定手机号码，收不到验证码。如有通行密钥或身份验证器请用它验证，否则请拨打服务热线。",
        ),
        (
            "No phone is bound",
            "Your account has no phone number now, so no code can be sent. Use your passkey or authenticator app if you have one, or else call the help line.",
        ),
    ),
    problem(
        "email-taken",
        409,
        ("邮箱已被绑定", "该邮箱已绑定到另一账户。"),
        (
            "E-mail address in use",
            "Another account has this e-mail address.",
        ),
    ),
    problem(
        "too-many-addresses",
        409,
        ("地址已满", "最多保存 20 个地址，请先删除不用的地址。"),
        (
            "Too many addresses",
            "You can keep 20 addresses. Delete one first.",
        ),
    ),
    problem(
        "second-factor-exists",
        409,
        ("已启用身份验证器", "请先停用现有的身份验证器。"),
        (
            "Already set up",
            "Remove the authenticator app you have first.",
        ),
    ),
    problem(
        "too-many-passkeys",
        409,
        (
            "通行密钥已达上限",
            "每个账户最多 10 个通行密钥，请先删除不用的。",
        ),
        (
            "Too many passkeys",
            "An account has at most 10 passkeys. Remove one that you no longer use.",
        ),
    ),
    problem(
        "passkeys-unavailable",
        409,
        (
            "本站不能使用通行密钥",
            "通行密钥需要域名，本服务目前以 IP 地址访问。请换一种方式。",
        ),
        (
            "No passkeys here",
            "Passkeys need a host name, and this service is reached by an IP address. Use another way.",
        ),
    ),
    problem(
        "qr-taken",
        409,
        ("二维码已被扫描", "该二维码已被另一部手机扫描。"),
        ("Already scanned", "Another phone has scanned this code."),
    ),
    problem(
        "qr-not-scanned",
        409,
        ("尚未扫码", "请先扫描二维码。"),
        ("Not scanned yet", "Scan the code first."),
    ),
    problem(
        "wrong-number",
        409,
        (
            "数字不一致",
            "所选数字与电脑上显示的不一致，本次登录已终止。请勿为他人扫码登录。",
        ),
        (
            "Numbers differ",
            "That is not the number on the computer, so this sign-in has ended. Never scan a code for someone else.",
        ),
    ),
    problem(
        "case-decided",
        409,
        ("业务已办结", "该业务已提交或已办结，不能再修改。"),
        (
            "Decided already",
            "This case was recorded or decided, and cannot be changed.",
        ),
    ),
    problem(
        "staff-exists",
        409,
        ("工作人员已存在", "该工号或身份证号已属于另一名工作人员。"),
        (
            "Known already",
            "The staff number or the ID number belongs to somebody on the staff.",
        ),
    ),
    problem(
        "hall-exists",
        409,
        ("大厅已存在", "已有同名的办事大厅。"),
        ("Known already", "There is a hall with this name."),
    ),
    problem(
        "email-missing",
        409,
        (
            "未登记邮箱",
            "该工作人员没有登记邮箱，请在服务器上使用 renzheng staff reset。",
        ),
        (
            "No mail address",
            "No mail address is known. Use `renzheng staff reset` on the server.",
        ),
    ),
    problem(
        "no-secret",
        409,
        ("应用没有密钥", "该应用不使用密钥证明身份。"),
        (
            "It has no secret",
            "This application shows who it is in another way.",
        ),
    ),
    problem(
        "face-unfinished",
        409,
        (
            "刷脸尚未完成",
            "核验机构还没有本次刷脸的结果。请完成刷脸，或重新开始。",
        ),
        (
            "Face check is not finished",
            "The provider has no result yet. Finish the check there, or begin again.",
        ),
    ),
    problem(
        "no-webhook",
        409,
        ("应用没有通知地址", "该应用没有登记接收通知的地址。"),
        (
            "It has no webhook",
            "This application has not registered where it is told of changes.",
        ),
    ),
    problem(
        "case-expired",
        410,
        (
            "业务已失效",
            "办理时间已过，或对方已重新取码。请让对方出示新的办理码。",
        ),
        (
            "Case has lapsed",
            "Its time is over, or the person has made a new code. Ask for a new code.",
        ),
    ),
    problem(
        "staff-link-expired",
        410,
        (
            "启用链接已失效",
            "该链接已使用、已被新的链接取代或已过期，请联系管理员重新发送。",
        ),
        (
            "Link no longer works",
            "It was used, replaced by a newer one, or has lapsed. Ask your operator for another.",
        ),
    ),
    problem(
        "qr-expired",
        410,
        ("二维码已失效", "请在电脑上刷新二维码后重新扫描。"),
        (
            "Code has lapsed",
            "Refresh the code on the computer and scan again.",
        ),
    ),
    problem(
        "ticket-expired",
        410,
        ("登录已超时", "请重新登录。"),
        ("Sign-in timed out", "Begin to sign in again."),
    ),
    problem(
        "reset-expired",
        410,
        ("找回密码已超时", "请重新开始找回密码。"),
        ("Reset has lapsed", "Begin the password reset again."),
    ),
    problem(
        "enrolment-expired",
        410,
        ("设置已超时", "请重新开始设置。"),
        ("Set-up has lapsed", "Begin the set-up again."),
    ),
    problem(
        "link-expired",
        410,
        (
            "链接已失效",
            "该链接已使用、已被新的链接取代或已超过 24 小时，请重新申请绑定邮箱。",
        ),
        (
            "Link no longer works",
            "It was used, replaced by a newer one, or is older than 24 hours. Ask to bind the address again.",
        ),
    ),
    problem(
        "authorization-expired",
        410,
        (
            "授权已失效",
            "这次授权已使用过、已超时，或不属于当前登录，请重新开始。",
        ),
        (
            "Authorisation has lapsed",
            "It was used before, is too old, or belongs to another sign-in. Begin again.",
        ),
    ),
    problem(
        "face-expired",
        410,
        (
            "人脸识别已超时",
            "本次人脸识别已提交或已超过时限，请重新开始。",
        ),
        (
            "Face check has lapsed",
            "It was submitted before, or its time is over. Begin again.",
        ),
    ),
    problem(
        "image-too-large",
        413,
        (
            "图片尺寸过大",
            "图片不得超过 4000 万像素，请换用较小的图片。",
        ),
        (
            "Picture too large",
            "A picture may have 40 megapixels at most. Use a smaller one.",
        ),
    ),
    problem(
        "image-unsupported",
        415,
        ("不支持的图片格式", "请使用 JPEG 或 PNG 图片。"),
        (
            "Not a kind of picture we take",
            "Use a JPEG or PNG picture.",
        ),
    ),
    problem(
        "image-invalid",
        422,
        ("图片无法读取", "图片已损坏或过小，请重新拍摄。"),
        (
            "Picture cannot be read",
            "The picture is broken or too small. Take it again.",
        ),
    ),
    problem(
        "consent-required",
        422,
        (
            "需要单独同意",
            "请先阅读并同意现行版本的《人脸识别信息处理同意书》。",
        ),
        (
            "Consent needed",
            "Read the consent in force and agree to it first.",
        ),
    ),
    problem(
        "body-too-large",
        413,
        ("内容过大", "提交的内容超过大小限制。"),
        ("Body too large", "The request body is over the limit."),
    ),
    problem(
        "unsupported-media-type",
        415,
        (
            "不支持的内容类型",
            "请以 application/json 提交；图片请以 image/jpeg 或 image/png 提交。",
        ),
        (
            "Unsupported media type",
            "Send the body as application/json; a picture as image/jpeg or image/png.",
        ),
    ),
    problem(
        "unknown-host",
        421,
        ("地址有误", "本服务不在此域名下提供。"),
        (
            "Unknown host",
            "This service is not offered under that host name.",
        ),
    ),
    problem(
        "invalid-input",
        422,
        ("填写有误", "请检查标出的项目。"),
        ("There is a problem", "Check the fields that are marked."),
    ),
    problem(
        "passkey-unusable",
        422,
        (
            "通行密钥不可用",
            "浏览器给出的通行密钥与本次设置不符，请重新开始。",
        ),
        (
            "Passkey cannot be used",
            "What the browser gave does not belong to this set-up. Begin again.",
        ),
    ),
    problem(
        "captcha-required",
        422,
        (
            "请输入图片验证码",
            "为保护账户安全，请填写图片验证码后再试。",
        ),
        (
            "Picture code needed",
            "To protect the account, enter the characters in the picture and try again.",
        ),
    ),
    problem(
        "captcha-invalid",
        422,
        (
            "图片验证码不正确",
            "图片验证码不正确或已过期，请按新图片填写。",
        ),
        (
            "Picture code not right",
            "The picture code is wrong or has lapsed. Use the new picture.",
        ),
    ),
    problem(
        "code-invalid",
        422,
        (
            "验证码不正确",
            "验证码不正确或已过期，请重新填写或重新获取。",
        ),
        (
            "Code not right",
            "The code is wrong or has lapsed. Check it or ask for a new one.",
        ),
    ),
    problem(
        "hall-code-invalid",
        422,
        (
            "办理码不正确",
            "办理码不正确、已使用或已过期，请让对方在手机上重新取码。",
        ),
        (
            "Code not right",
            "The code is wrong, used or lapsed. Ask the person to make a new one.",
        ),
    ),
    problem(
        "identity-code-invalid",
        422,
        (
            "身份码不正确",
            "身份码不正确、已使用或已过期，请让对方重新出示身份码。",
        ),
        (
            "Code not right",
            "The code is wrong, used or lapsed, or was made for another application. Ask the person to make a new one.",
        ),
    ),
    problem(
        "totp-invalid",
        422,
        (
            "验证码不正确",
            "身份验证器上的验证码不正确或已过期，请输入当前显示的 6 位数字。",
        ),
        (
            "Code not right",
            "The code of the authenticator app is wrong or has lapsed. Enter the six digits it shows now.",
        ),
    ),
    problem(
        "idempotency-key-reused",
        422,
        ("幂等键重复", "该 Idempotency-Key 已用于另一个请求。"),
        (
            "Idempotency key reused",
            "That Idempotency-Key was used for a different request.",
        ),
    ),
    problem(
        "cursor-invalid",
        422,
        ("翻页参数有误", "请从第一页重新开始。"),
        ("Not a cursor of ours", "Begin again from the first page."),
    ),
    problem(
        "rate-limited",
        429,
        ("操作过于频繁", "请在 {wait} 后再试。"),
        ("Too many tries", "Please try again in {wait}."),
    ),
    problem(
        "header-too-large",
        431,
        ("请求头过大", "请求头超过大小限制。"),
        (
            "Headers too large",
            "The request headers are over the limit.",
        ),
    ),
    problem(
        "internal",
        500,
        ("服务出错", "系统出现问题，我们已记录。请稍后再试。"),
        (
            "Something went wrong",
            "The problem has been recorded. Please try again later.",
        ),
    ),
    problem(
        "unavailable",
        503,
        ("服务繁忙", "请在 {wait} 后再试。"),
        ("Service busy", "Please try again in {wait}."),
    ),
    problem(
        "storage-full",
        503,
        (
            "存储空间已满",
            "暂时无法保存；查询不受影响。请在 {wait} 后再试。",
        ),
        (
            "Storage is full",
            "Nothing can be saved at the moment; reading still works. Please try again in {wait}.",
        ),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_kebab_case() {
        let mut seen = std::collections::HashSet::new();
        for entry in CATALOGUE {
            assert!(seen.insert(entry.code), "{} twice", entry.code);
            assert!(
                entry
                    .code
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c == '-'),
                "{}",
                entry.code
            );
        }
    }

    #[test]
    fn waits_read_naturally() {
        assert_eq!(wait(Locale::En, 45), "45 seconds");
        assert_eq!(wait(Locale::ZhCn, 300), "5 分钟");
        assert_eq!(wait(Locale::En, 3 * 3600), "3 hours");
    }
}
